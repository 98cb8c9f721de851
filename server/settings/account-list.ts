import { sql } from 'kysely'
import { noticeOf } from '../channel/account/notice.ts'
import { ownPage, tryPage } from '../channel/account/own-page.ts'
import type { Channels } from '../channel/registry.ts'
import type { Account } from '../channel/table.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Translator } from '../i18n/words.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { Sapa } from '../sapa.ts'
import { ago, since } from './ago.ts'
import { connectLinks, type ShownLink } from './connect-link.ts'

/** One account as a card. */
export interface AccountCard {
  id: number
  name: string
  address: string | null
  look: ChannelLook
  state: CardState
  tone: 'ok' | 'warn' | 'danger' | 'muted'
  /** In words, with the time since. */
  stateText: string
  /** What happened and what to do; null while all is well. */
  advice: string | null
  reason: string | null
  /** What to do soon although it works, in the channel's words. */
  notice: string | null
  facts: string[]
  isEnabled: boolean
  importing: { text: string; done: number; total: number | null; error: string | null } | null
  connect: ShownLink[]
  /** Where its settings are. */
  href: string
}

export type CardState = Account['state'] | 'off' | 'no_plugin'

type Row = Awaited<ReturnType<ReturnType<typeof accountRows>['execute']>>[number]

/** All accounts with how they are, by name. */
export async function listCards(sapa: Sapa, words: Translator): Promise<AccountCard[]> {
  const rows = await accountRows(sapa.db, sapa.clock()).execute()
  return rows.map(row => cardOf(row, sapa, words))
}

/** Throws not_found. */
export async function findCard(sapa: Sapa, words: Translator, id: number): Promise<AccountCard> {
  const row = await accountRows(sapa.db, sapa.clock())
    .where('account.id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('account')
  return cardOf(row, sapa, words)
}

function accountRows(db: Db, now: Date) {
  const dayAgo = now.getTime() - 24 * 60 * 60_000
  return db
    .selectFrom('account')
    .leftJoin('account_import', 'account_import.account_id', 'account.id')
    .selectAll('account')
    .select([
      'account_import.state as import_state',
      'account_import.done as import_done',
      'account_import.total as import_total',
      'account_import.error as import_error'
    ])
    .select(eb => [
      eb
        .selectFrom('outbox')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('outbox.account_id', '=', 'account.id')
        .where('outbox.state', '=', sql.lit('queued'))
        .as('queued'),
      eb
        .selectFrom('outbox')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('outbox.account_id', '=', 'account.id')
        .where(sql<boolean>`outbox.state in ('failed', 'unknown')`)
        .where('outbox.created_at', '>', dayAgo)
        .as('failed'),
      eb
        .selectFrom('journal')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('journal.account_id', '=', 'account.id')
        .where('journal.state', '=', sql.lit('failed'))
        .as('unread')
    ])
    .orderBy('account.name')
    .orderBy('account.id')
    .limit(500)
}

function cardOf(row: Row, { channels, clock, boot }: Sapa, words: Translator): AccountCard {
  const { t } = words
  const state = stateOf(row, channels)
  const isTroubled = state === 'delayed' || state === 'needs_attention'
  return {
    id: row.id,
    name: row.name,
    address: row.address === row.name ? null : row.address,
    look: channelLook(channels, row.type, words.locale),
    state,
    tone: tones[state],
    stateText:
      state === 'connected'
        ? t('account.state.connected')
        : t(`account.state.${state}`, { since: since(row.state_since, words, clock()) }),
    advice: adviceOf(state, boot.safeMode !== null, words),
    reason: isTroubled ? row.state_reason : null,
    notice: noticeFor(row, words),
    facts: factsOf(row, words, clock()),
    isEnabled: row.is_enabled === 1,
    importing: importOf(row, words),
    href: ownPage(channels, row) ?? `/settings/accounts/${row.id}`,
    connect: row.is_enabled === 1 ? linksOf(channels, row, words) : []
  }
}

function noticeFor(row: Row, { locale }: Translator): string | null {
  const notice = row.is_enabled === 1 ? noticeOf(row) : null
  return notice && inLocale(notice, locale)
}

function linksOf(channels: Channels, row: Row, { locale, t }: Translator): ShownLink[] {
  const href = tryPage(channels, row)
  const links = connectLinks(channels, row, locale)
  return href === null ? links : [...links, { label: t('account.try'), href }]
}

function adviceOf(state: CardState, isSafe: boolean, { t }: Translator): string | null {
  if (state === 'no_plugin' && isSafe) return t('safe_mode.account')
  const needsWords = ['delayed', 'needs_attention', 'no_plugin'].includes(state)
  return needsWords ? t(`account.advice.${state}`) : null
}

function stateOf(row: Row, channels: Channels): CardState {
  if (row.is_enabled === 0) return 'off'
  return channels.get(row.type) ? row.state : 'no_plugin'
}

const tones: Record<CardState, AccountCard['tone']> = {
  connected: 'ok',
  starting: 'muted',
  delayed: 'warn',
  needs_attention: 'danger',
  no_plugin: 'muted',
  off: 'muted'
}

function factsOf(row: Row, words: Translator, now: Date): string[] {
  const { t } = words
  const when = (at: number | null) => (at === null ? t('account.fact.never') : ago(at, words, now))
  return [
    t('account.fact.in', { time: when(row.last_inbound_at) }),
    t('account.fact.out', { time: when(row.last_outbound_at) }),
    t('account.fact.queue', { n: row.queued ?? 0 }),
    t('account.fact.failed', { n: row.failed ?? 0 }),
    ...(row.unread ? [t('account.fact.unread', { n: row.unread })] : [])
  ]
}

function importOf(row: Row, words: Translator): AccountCard['importing'] {
  if (row.import_state !== 'running' && row.import_state !== 'failed') return null
  const { import_total: total } = row
  const done = row.import_done ?? 0
  const text =
    total === null
      ? words.t('account.import.begins')
      : words.t('account.import.progress', {
          done: words.number(done),
          total: words.number(total)
        })
  const error = row.import_state === 'failed' ? row.import_error : null
  return { text, done, total, error }
}
