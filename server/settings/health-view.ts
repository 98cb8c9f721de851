import { readdir, stat } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { untoldIn } from '../channel/account/farewell.ts'
import { countFailed, listFailed } from '../channel/journal/list.ts'
import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'
import { listDeadJobs } from '../jobs/dead.ts'
import type { Job } from '../jobs/table.ts'
import { root } from '../paths.ts'
import type { Sapa } from '../sapa.ts'
import { listCards, type AccountCard } from './account-list.ts'
import { ago } from './ago.ts'
import { listTroubledReplies, type TroubledReply } from './troubled-reply.ts'

export interface Health {
  figures: { label: string; value: string }[]
  versions: string
  items: { id: number; account: string; reason: string; facts: string; size: string }[]
  /** Older ones than those on this page. */
  itemsLeft: number
  /** `isNote`: there is nothing to try again. */
  jobs: { id: number; name: string; reason: string; facts: string; isNote: boolean }[]
  replies: TroubledReply[]
  /** Accounts that are in trouble, or about which something is to be done soon. */
  accounts: { id: number; name: string; text: string; reason: string | null }[]
  problem: string | null
}

const shown = 50

/** How Sapa is: what could not be read, done or sent, and the numbers of the machine room. */
export async function showHealth(
  sapa: Sapa,
  words: Translator,
  problem: string | null = null
): Promise<Health> {
  const { reader, clock } = sapa
  const { t } = words
  const [items, amount, jobs, replies, figures, versions, cards] = await Promise.all([
    listFailed(reader, { limit: shown }),
    countFailed(reader),
    listDeadJobs(reader, shown),
    listTroubledReplies(reader, words, clock()),
    figuresOf(sapa, words),
    versionsOf(reader),
    listCards(sapa, words)
  ])
  return {
    figures,
    versions,
    items: items.map(item => ({
      id: item.id,
      account: item.account,
      reason: reasonOf(item.error, sapa, t),
      facts: t('health.item', {
        time: ago(item.received_at, words, clock()),
        attempts: item.attempts
      }),
      size: words.bytes(item.size)
    })),
    itemsLeft: Math.max(0, amount - items.length),
    jobs: jobs.map(job => ({
      id: job.id,
      ...wordsOf(job, t),
      facts: factsOf(job, words, clock())
    })),
    replies,
    accounts: cards.flatMap(accountOf),
    problem
  }
}

function factsOf(job: Omit<Job, 'payload'>, words: Translator, now: Date): string {
  const time = ago(job.finished_at ?? job.created_at, words, now)
  return untoldIn(job) ? time : words.t('health.job', { time, attempts: job.attempts })
}

function wordsOf(job: Pick<Job, 'owner' | 'name' | 'error'>, t: Translator['t']) {
  const untold = untoldIn(job)
  if (!untold) {
    return { name: `${job.owner} · ${job.name}`, reason: job.error ?? '', isNote: false }
  }
  const { name, reason } = untold
  return {
    name: t('health.untold', { name }),
    reason: t('health.untold_why', { reason: reason ?? t('health.untold_off') }),
    isNote: true
  }
}

function accountOf(card: AccountCard) {
  const { id, name, reason, tone, stateText, notice } = card
  if (tone === 'warn' || tone === 'danger') return [{ id, name, text: stateText, reason }]
  return notice === null ? [] : [{ id, name, text: notice, reason: null }]
}

/** Reasons are keys of the words, or what a channel's code said. */
function reasonOf(error: string | null, { words }: Sapa, t: Translator['t']): string {
  if (!error) return t('journal.error.unknown')
  return words.has(error) ? t(error) : error
}

async function figuresOf({ reader, config }: Sapa, words: Translator) {
  const { t } = words
  const [steps, size, backup] = await Promise.all([
    stepsOf(reader),
    sizeOf(reader),
    newestCopy(join(config.dataDir, 'backups'))
  ])
  return [
    { label: t('health.failed'), value: words.number(steps.failed) },
    { label: t('health.unknown'), value: words.number(steps.unknown) },
    { label: t('health.queued'), value: words.number(steps.queued) },
    { label: t('health.database'), value: words.bytes(size) },
    {
      label: t('health.backup'),
      value: backup === null ? t('health.no_backup') : words.dateTime(backup)
    }
  ]
}

async function stepsOf(db: Db): Promise<Record<'failed' | 'unknown' | 'queued', number>> {
  const rows = await db
    .selectFrom('outbox')
    .select(['state', eb => eb.fn.countAll<number>().as('n')])
    .where('state', 'in', ['failed', 'unknown', 'queued'])
    .groupBy('state')
    .execute()
  const count = (state: string) => rows.find(row => row.state === state)?.n ?? 0
  return { failed: count('failed'), unknown: count('unknown'), queued: count('queued') }
}

async function sizeOf(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(db)
  return rows[0]?.bytes ?? 0
}

async function versionsOf(db: Db): Promise<string> {
  const { rows } = await sql<{ v: string }>`select sqlite_version() as v`.execute(db)
  return `Sapa ${version} · Node ${process.versions.node} · SQLite ${rows[0]?.v ?? ''}`
}

/** When the newest copy was made; null when there is none. */
async function newestCopy(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => [])
  const times = await Promise.all(
    names.map(async name => (await stat(join(folder, name))).mtime.getTime())
  )
  return times.length > 0 ? Math.max(...times) : null
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
