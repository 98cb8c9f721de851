import type { ImapFlow } from 'imapflow'
import type { MailSettings } from '../mail-settings.ts'
import type { TokenSource } from '../oauth/token.ts'
import { connectImap } from './connect.ts'
import { asImapError } from './refusal.ts'

/** Connects with the password, or with a token that is renewed once when the server does not take it. */
export async function signIn(
  settings: MailSettings,
  tokens: TokenSource,
  signal: AbortSignal
): Promise<ImapFlow> {
  if (settings.auth === 'password') return connectImap(settings, null, signal)

  const token = await tokens.get()
  try {
    return await connectImap(settings, token, signal)
  } catch (error) {
    const { authenticationFailed, oauthError } = asImapError(error)
    if (signal.aborted || !(authenticationFailed || oauthError)) throw error
    return connectImap(settings, await tokens.get(token), signal)
  }
}
