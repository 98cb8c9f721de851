import { statfs } from 'node:fs/promises'
import type { Agent } from '../agent/table.ts'
import { may } from '../agent/permission.ts'
import { prepared } from '../db/prepared.ts'
import { listNotices } from '../channel/account/notice.ts'
import { listTroubledAccounts } from '../channel/account/state.ts'
import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { SafeMode } from '../plugin-host/boot/boot.ts'
import type { Sapa } from '../sapa.ts'

/** A strip above every page. */
export interface Banner {
  tone: 'danger' | 'warn' | 'info'
  title?: string
  text: string
  actions: { label: string; href: string }[]
  /** A button that changes something: its form carries these fields. */
  form?: { label: string; action: string; name: string; value: string }
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
  const working = troubled.filter(({ type }) => sapa.channels.get(type))
  const accounts = working.slice(0, 2).map((account): Banner => ({
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
  const stopped = sapa.boot.safeMode
    ? [safeBanner(sapa.boot.safeMode, agent, words)]
    : await offBanners(sapa, agent, words)
  const notices = canMend ? await noticeBanners(sapa, words) : []
  return [...stopped, ...(await diskBanner(sapa, words)), ...accounts, ...notices]
}

/** What is to be done soon concerns those who can do it. */
async function noticeBanners({ reader, channels }: Sapa, words: Translator): Promise<Banner[]> {
  const notices = await listNotices(reader)
  const known = notices.filter(({ type }) => channels.get(type))
  return known.slice(0, 1).map(({ id, name, notice }) => ({
    tone: 'warn',
    title: name,
    text: inLocale(notice, words.locale),
    actions: [{ label: words.t('banner.mend'), href: `/settings/accounts/${id}` }]
  }))
}

/** Everybody learns that channels rest; who may, ends it here. */
function safeBanner({ cause }: SafeMode, agent: Agent, { t }: Translator): Banner {
  const canEnd = may(agent.role, 'plugin:manage')
  return {
    tone: 'warn',
    title: t('safe_mode.title'),
    text: `${t(`safe_mode.cause.${cause}`)} ${t('safe_mode.text')}`,
    actions: canEnd ? [{ label: t('safe_mode.plugins'), href: '/plugins' }] : [],
    ...(canEnd && {
      form: { label: t('safe_mode.end'), action: '/plugins/safe-mode', name: 'is_on', value: '0' }
    })
  }
}

/** Accounts that nothing carries: their plugin is off, broken or gone. */
async function offBanners(sapa: Sapa, agent: Agent, { t }: Translator): Promise<Banner[]> {
  const accounts = await selectEnabled(sapa.reader, {})
  const names = accounts.filter(({ type }) => !sapa.channels.get(type)).map(({ name }) => name)
  if (names.length === 0) return []
  const actions = may(agent.role, 'plugin:manage')
    ? [{ label: t('banner.plugins'), href: '/plugins' }]
    : []
  return [{ tone: 'warn', text: t('banner.no_plugin', { names: names.join(', ') }), actions }]
}

const selectEnabled = prepared()(db =>
  db.selectFrom('account').select(['name', 'type']).where('is_enabled', '=', 1).limit(50)
)

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
