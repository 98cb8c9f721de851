import type { AccountContext } from 'sapa/plugin-api'

type Account = Pick<AccountContext, 'webhookUrl' | 'facts'>

/** Where the owner begins to sign in. */
export const signInUrl = (account: Account): string =>
  `${publicUrl(account)}/p/email/oauth/start?account=${account.facts.id}`

/** Where Google or Microsoft sends the owner back; registered with them word for word. */
export const callbackUrl = (account: Account): string =>
  `${publicUrl(account)}/p/email/oauth/callback`

/** `…/hooks/email/5/secret` stands on the public address, as the plugin's pages do. */
function publicUrl({ webhookUrl }: Account): string {
  return webhookUrl.slice(0, webhookUrl.indexOf('/hooks/'))
}
