import { may } from '../agent/permission.ts'
import type { Viewer } from '../conversation/access.ts'
import { tryPage } from '../channel/account/own-page.ts'
import type { Sapa } from '../sapa.ts'
import { notFound } from '../errors.ts'
import { channelLook, type ChannelLook } from './channel-look.ts'
import { countView, listViews } from './count.ts'
import { listConversations } from './list.ts'
import type { Budget } from '../plugin-host/slot/budget.ts'
import {
  showRowSlots,
  type LateChips,
  type RowChip,
  type RowTrouble
} from '../plugin-host/slot/show-rows.ts'
import type { Reader } from './reader.ts'
import { presentRow, type ShownRow } from './present/row.ts'
import type { ListedConversation } from './row.ts'
import { viewOf, type InboxView } from './view.ts'

/** View data of the list beside every conversation. */
export interface ShownList {
  view: string
  title: string
  count: number
  rows: (ShownRow & { look: ChannelLook; chips: RowChip[] })[]
  /** Chips of plugins that come after the page. */
  lateChips: LateChips[]
  /** Plugins whose chips failed, for those who can mend it. */
  troubles: RowTrouble[]
  next: string | null
  /** Where this list refreshes itself from. */
  partUrl: string
  /** Shown instead of "all answered" while no customer can reach the shop. */
  hint: { title: string; link: { href: string; label: string } } | null
  canAssign: boolean
  canClose: boolean
}

/** One page of a list, ready to be shown. Throws not_found for a view that does not exist. */
export async function showList(
  sapa: Sapa,
  reader: Reader,
  slug: string,
  options: { before?: string | null; selectedId?: number | null; budget?: Budget } = {}
): Promise<ShownList> {
  const view = viewOf(slug, reader.agent)
  const [page, heading] = await Promise.all([
    listConversations(sapa.reader, view, reader.agent, options.before ?? null),
    headingOf(sapa, reader, view)
  ])
  const chips = await showRowSlots(sapa, reader, page.rows.map(propsOf), options.budget)
  const selectedId = options.selectedId ?? null
  const selected = selectedId === null ? '' : `?selected=${selectedId}`
  return {
    view: slug,
    ...heading,
    rows: rowsOf(sapa, reader, view, page.rows, selectedId).map(row => ({
      ...row,
      chips: chips.byRow.get(row.id) ?? []
    })),
    lateChips: chips.late,
    troubles: chips.troubles,
    next: page.next,
    partUrl: `/inbox/${slug}/pane${selected}`,
    hint: page.rows.length === 0 ? await hintOf(sapa, reader) : null,
    canAssign: may(reader.agent.role, 'conversation:assign'),
    canClose: may(reader.agent.role, 'conversation:close')
  }
}

const propsOf = ({ id, customer }: ListedConversation) => ({
  conversation: id,
  customer: customer.id
})

function rowsOf(
  sapa: Sapa,
  reader: Reader,
  view: InboxView,
  rows: Parameters<typeof presentRow>[0][],
  selectedId: number | null
): (ShownRow & { look: ChannelLook })[] {
  const context = {
    words: reader.words,
    now: sapa.clock(),
    view: view.slug,
    selectedId,
    canAssign: may(reader.agent.role, 'conversation:assign')
  }
  return rows.map(row => ({
    ...presentRow(row, context),
    look: channelLook(sapa.channels, row.channel, reader.words.locale)
  }))
}

async function headingOf(
  sapa: Sapa,
  { agent, words }: Reader,
  view: InboxView
): Promise<{ title: string; count: number }> {
  const [title, count] = await Promise.all([
    view.word ? words.t(view.word) : nameOf(sapa, agent, view),
    countView(sapa.reader, view, agent)
  ])
  return { title, count }
}

/** Teams and accounts name their own views. For guests there are only the views that they are offered. */
async function nameOf(sapa: Sapa, agent: Viewer, view: InboxView): Promise<string> {
  if (agent.role === 'guest') return nameForGuest(sapa, agent, view)
  const row = await sapa.reader
    .selectFrom(view.teamId ? 'team' : 'account')
    .select('name')
    .where('id', '=', view.teamId ?? view.accountId ?? 0)
    .executeTakeFirst()
  if (!row) throw notFound('view')
  return row.name
}

async function nameForGuest(sapa: Sapa, agent: Viewer, view: InboxView): Promise<string> {
  const offered = await listViews(sapa.reader, agent)
  const name = offered.find(({ slug }) => slug === view.slug)?.name
  if (!name) throw notFound('view')
  return name
}

async function hintOf(sapa: Sapa, { agent, words }: Reader): Promise<ShownList['hint']> {
  if (!may(agent.role, 'account:manage')) return null
  const accounts = await sapa.reader
    .selectFrom('account')
    .select(['id', 'type', 'is_enabled'])
    .orderBy('id')
    .limit(50)
    .execute()
  if (accounts.length > 0) {
    const tries = accounts.filter(one => one.is_enabled).map(one => tryPage(sapa.channels, one))
    return firstHint(
      sapa,
      words,
      tries.find(href => href !== null)
    )
  }
  const link = { href: '/settings/accounts/new', label: words.t('inbox.empty.connect') }
  return { title: words.t('inbox.empty.no_account'), link }
}

/** While nobody has ever written, the owner can be the first one. */
async function firstHint(
  { reader }: Sapa,
  { t }: Reader['words'],
  href: string | null | undefined
): Promise<ShownList['hint']> {
  if (!href) return null
  const known = await reader.selectFrom('conversation').select('id').limit(1).executeTakeFirst()
  return known ? null : { title: t('inbox.empty.first'), link: { href, label: t('account.try') } }
}
