import { statfs } from 'node:fs/promises'
import type { Agent } from '../agent/table.ts'
import { may } from '../agent/permission.ts'
import { listTroubledAccounts } from '../channel/account-state.ts'
import type { Translator } from '../i18n/words.ts'
import type { Sapa } from '../sapa.ts'

/** A strip above every page. */
export interface Banner {
  tone: 'danger' | 'warn' | 'info'
  title?: string
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
  const troubled = await listTroubledAccounts(sapa.reader)
  const canMend = may(agent.role, 'account:manage')
  const accounts = troubled.slice(0, 2).map((account): Banner => ({
    tone: account.state === 'needs_attention' ? 'danger' : 'warn',
    title: words.t(`banner.title.${account.state}`, {
      name: account.name,
      since: words.time(account.since)
    }),
    text: words.t(`banner.${account.state}`, { waiting: account.queued }),
    actions: canMend
      ? [{ label: words.t('banner.mend'), href: `/settings/accounts/${account.id}` }]
      : []
  }))
  return [...(await diskBanner(sapa, words)), ...accounts]
}

/** What would still fit is a handful of mails. */
const leastBytes = 16 * 1024 * 1024

async function diskBanner({ config }: Sapa, words: Translator): Promise<Banner[]> {
  if (!(await isNearlyFull(config.dataDir))) return []
  return [{ tone: 'danger', text: words.t('banner.disk_full'), actions: [] }]
}

/** Asked every few seconds at most: it was a tenth of a page's processor time. */
const diskAgeMs = 5000
const disks = new Map<string, { at: number; isFull: Promise<boolean> }>()

function isNearlyFull(folder: string): Promise<boolean> {
  const known = disks.get(folder)
  if (known && performance.now() - known.at < diskAgeMs) return known.isFull
  const isFull = statfs(folder).then(
    disk => disk.bavail * disk.bsize < leastBytes,
    () => false
  )
  disks.set(folder, { at: performance.now(), isFull })
  return isFull
}
