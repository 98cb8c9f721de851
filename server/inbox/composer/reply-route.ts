import { capabilitiesOf } from '../../conversation/capabilities.ts'
import {
  findRoute,
  listReplyRoutes,
  type ReplyChoice
} from '../../conversation/reply/list-routes.ts'
import type { Conversation } from '../../conversation/table.ts'
import type { Translator } from '../../i18n/words.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import type { Sapa } from '../../sapa.ts'
import { channelLook, type ChannelLook } from '../channel-look.ts'
import { noticeOf, type Notice } from './notice.ts'
import { moment, presentChoice, type ShownChoice } from '../present/choice.ts'
import { unreachableReason } from './unreachable.ts'
import type { Reader } from '../reader.ts'

/** From when the time left is shown. */
const warnMs = 2 * 3_600_000

/** What the page asks about: the route it has chosen, and which one was the usual then. */
export interface AskedRoute {
  route?: string | undefined
  /** Where and when the customer had written last when the route was chosen; news since is worth a word. */
  usual?: string | undefined
}

/** View data of the part of the composer that says where the answer goes. */
export interface ShownRoute {
  conversationId: number
  choices: ShownChoice[]
  /** Null: nobody can be answered, or what was chosen is there no more. */
  chosen: ShownChoice | null
  /** Posted with the reply. */
  key: string
  usual: string
  notice: Notice | null
  /** Why free text cannot leave now; empty while it can. */
  shut: '' | 'templates' | 'nothing' | 'gone'
  /** What becomes of it when the window closes while the page is open. */
  shutLater: '' | 'templates' | 'nothing'
  closesAt: number | null
  closes: string
  /** "1 h 12 m left", in the last two hours. */
  left: string
  can: { copies: boolean; quotes: boolean; templates: boolean }
  /** Answers to tap: how many, and how long a title may be. */
  most: number
  titleLength: number
  account: number
  /** The customer can be shown that an agent writes. */
  tellsTyping: boolean
  /** What changes it, for live updates. */
  concerns: string
  label: string
}

/** Where the answer goes: by the page's own choice, else the usual way. It never changes by itself. */
export async function showRoute(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  asked: AskedRoute = {}
): Promise<ShownRoute> {
  const routes = await listReplyRoutes(sapa.reader, row, sapa.clock())
  return presentRoute(sapa, reader, row, routes, asked)
}

/** Where and when they last wrote: anything else is news. */
const newsOf = (usual: ReplyChoice | undefined): string =>
  usual ? `${usual.key}@${usual.lastAt ?? 0}` : ''

export function presentRoute(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  routes: ReplyChoice[],
  asked: AskedRoute
): ShownRoute {
  const usual = routes.find(route => route.isDefault) ?? routes[0]
  const chosen = asked.route === undefined ? usual : findRoute(routes, asked.route)
  const key = chosen?.key ?? asked.route ?? ''
  const look = (type: string): ChannelLook => channelLook(sapa.channels, type, reader.words.locale)
  const can = chosen ? capabilitiesOf(chosen.account) : null
  const context = {
    ...{ ...reader, now: sapa.clock(), isSafeMode: sapa.boot.safeMode !== null, look },
    unreachable: (route: ReplyChoice) =>
      unreachableReason(sapa.channels, route, reader.words.locale)
  }
  const news = newsOf(usual)
  const known = asked.usual || news
  const isOff = (type: string) => sapa.channels.get(type) === undefined
  const choices = routes.map(route => presentChoice({ ...context, isOff, routes }, route, key))
  return {
    conversationId: row.id,
    choices,
    chosen: choices.find(choice => choice.isChosen) ?? null,
    key,
    usual: known,
    notice: noticeOf({ ...context, isOff, routes, key, known, news }),
    shut: key !== '' && !chosen ? 'gone' : shutOf(chosen),
    shutLater: chosen?.window.outside ?? '',
    ...clockOf(context, chosen),
    ...offersOf(can),
    account: chosen?.account.id ?? 0,
    tellsTyping: Boolean(
      chosen?.account.is_enabled && sapa.supervisor.session(chosen.account.id)?.typing
    ),
    concerns: concernsOf(row, routes),
    label: chosen ? look(chosen.account.type).label : ''
  }
}

function shutOf(chosen: ReplyChoice | undefined): ShownRoute['shut'] {
  if (chosen?.account.is_enabled === 0) return 'nothing'
  if (chosen?.window.state !== 'closed') return ''
  return chosen.window.outside ?? 'nothing'
}

function clockOf(
  { words, now }: { words: Translator; now: Date },
  chosen: ReplyChoice | undefined
): Pick<ShownRoute, 'closesAt' | 'closes' | 'left'> {
  const { state, closesAt } = chosen?.window ?? { state: 'none', closesAt: null }
  if (state !== 'open' || closesAt === null) return { closesAt: null, closes: '', left: '' }
  const left = closesAt - now.getTime()
  return {
    closesAt,
    closes: moment(words, closesAt, now),
    left: left < warnMs ? words.t('script.due-left', { time: spell(words, left) }) : ''
  }
}

/** As the page's own script writes it on. */
function spell({ t }: Translator, ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return t('unit.second', { n: seconds })
  const minutes = Math.floor(seconds / 60)
  const rest = t('unit.minute', { n: minutes % 60 })
  return minutes < 60 ? rest : `${t('unit.hour', { n: Math.floor(minutes / 60) })} ${rest}`
}

function offersOf(
  can: ChannelCapabilities | null
): Pick<ShownRoute, 'can' | 'most' | 'titleLength'> {
  return {
    can: {
      copies: can?.hasCopies ?? false,
      quotes: can?.quotes ?? false,
      templates: can?.templates ?? false
    },
    most: can?.choices?.most ?? 0,
    titleLength: can?.choices?.titleLength ?? 0
  }
}

function concernsOf(row: Conversation, routes: ReplyChoice[]): string {
  const accounts = new Set(routes.map(route => `account:${route.account.id}`))
  return [`conversation:${row.id}`, `customer:${row.customer_id}`, ...accounts].join(' ')
}
