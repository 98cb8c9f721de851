import type { ReplyChoice } from '../../conversation/reply/list-routes.ts'
import type { Translator } from '../../i18n/words.ts'
import type { ChannelLook } from '../channel-look.ts'

/** One line of the menu of channels. */
export interface ShownChoice {
  key: string
  look: ChannelLook
  /** "WhatsApp · +62 812-3456-7788" */
  name: string
  address: string
  state: string
  chip: { tone: 'accent' | 'warn' | 'danger'; text: string } | null
  isChosen: boolean
  /** Nothing can be received there now. */
  isDown: boolean
}

interface Context {
  words: Translator
  now: Date
  look(type: string): ChannelLook
  /** Why it cannot be reached, in the reader's words. */
  unreachable(route: ReplyChoice): string | null
  isOff(type: string): boolean
  routes: ReplyChoice[]
}

export function presentChoice(context: Context, route: ReplyChoice, key: string): ShownChoice {
  const { account, identity } = route
  const look = context.look(account.type)
  const address = addressOf(route)
  const isShared = context.routes.some(
    other => other.identity.id === identity.id && other.account.id !== account.id
  )
  return {
    key: route.key,
    look,
    name: [look.label, isShared ? account.name : '', address].filter(Boolean).join(' · '),
    address,
    state: stateOf(context, route),
    chip: chipOf(context, route),
    isChosen: route.key === key,
    isDown: isDown(context, route) || !route.canReceive
  }
}

/** A provider's number tells an agent nothing: then the name by which the channel knows them. */
function addressOf({ identity, to }: ReplyChoice): string {
  return identity.kind === 'external' ? (identity.name ?? '') : to.value
}

/** 16.20, and the day when it is another one. */
export function moment(words: Translator, at: number, now: Date): string {
  const isToday = words.day(at) === words.day(now.getTime())
  return isToday ? words.time(at) : words.dateTime(at, now)
}

/** Replies wait until somebody has mended it. */
function isDown({ isOff }: Context, { account }: ReplyChoice): boolean {
  return isOff(account.type) || account.state === 'needs_attention'
}

function stateOf(context: Context, route: ReplyChoice): string {
  const { words, now } = context
  const { window, account } = route
  if (account.is_enabled === 0) return words.t('route.off')
  if (!route.isReachable) {
    const reason = context.unreachable(route)
    return reason ? words.t('route.blocked_why', { reason }) : words.t('route.blocked')
  }
  if (window.state === 'closed') {
    if (window.closesAt === null) return words.t('route.never')
    return words.t('route.closed', { when: moment(words, window.closesAt, now) })
  }
  if (isDown(context, route)) return words.t('route.waits')
  if (window.closesAt === null) return words.t('route.ready')
  return words.t('route.open', { when: moment(words, window.closesAt, now) })
}

function chipOf(context: Context, route: ReplyChoice): ShownChoice['chip'] {
  const { words } = context
  if (route.account.is_enabled === 0) return { tone: 'danger', text: words.t('route.chip_off') }
  if (!route.isReachable) return { tone: 'danger', text: words.t('route.chip_blocked') }
  if (route.window.state === 'closed') {
    if (route.window.outside === 'templates') {
      return { tone: 'warn', text: words.t('route.chip_template') }
    }
    return { tone: 'danger', text: words.t('route.chip_closed') }
  }
  if (isDown(context, route)) return { tone: 'danger', text: words.t('route.chip_down') }
  return route.isDefault ? { tone: 'accent', text: words.t('route.chip_last') } : null
}
