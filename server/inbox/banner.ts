import type { Agent } from '../agent/table.ts'
import { may } from '../agent/permission.ts'
import { listTroubledAccounts } from '../channel/account-state.ts'
import type { Translator } from '../i18n/words.ts'
import type { Sapa } from '../sapa.ts'

/** A strip above every page. */
export interface Banner {
  tone: 'danger' | 'warn' | 'info'
  text: string
  actions: { label: string; href: string }[]
}

/** What everybody who answers must know: accounts that are cut off or late, with what is waiting. */
export async function bannersFor(
  sapa: Sapa,
  { agent, words }: { agent: Agent; words: Translator }
): Promise<Banner[]> {
  // Guests have no business with accounts.
  if (agent.role === 'guest') return []
  const troubled = await listTroubledAccounts(sapa.db)
  const canMend = may(agent.role, 'account:manage')
  return troubled.slice(0, 2).map(account => ({
    tone: account.state === 'needs_attention' ? 'danger' : 'warn',
    text: words.t(`banner.${account.state}`, {
      name: account.name,
      since: words.time(account.since),
      waiting: account.queued
    }),
    actions: canMend
      ? [{ label: words.t('banner.mend'), href: `/settings/accounts/${account.id}` }]
      : []
  }))
}
