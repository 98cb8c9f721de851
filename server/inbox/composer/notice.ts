import { capabilitiesOf } from '../../conversation/capabilities.ts'
import type { ReplyChoice } from '../../conversation/reply/list-routes.ts'
import type { Translator } from '../../i18n/words.ts'
import type { ChannelLook } from '../channel-look.ts'
import { moment } from '../present/choice.ts'

/** Said above the text about where the answer goes. */
export interface Notice {
  tone: 'info' | 'warn' | 'danger'
  icon: string
  text: string
  hasTemplates: boolean
  /** Another way to this customer. */
  other: { key: string; text: string } | null
}

interface Context {
  words: Translator
  now: Date
  isSafeMode: boolean
  look(type: string): ChannelLook
  /** Why it cannot be reached, in the reader's words. */
  unreachable(route: ReplyChoice): string | null
  isOff(type: string): boolean
  routes: ReplyChoice[]
  /** The route that the page has chosen. */
  key: string
  /** Where and when the customer had written last then, and now. */
  known: string
  news: string
}

/** The one thing that matters most now; null while all is well. */
export function noticeOf(context: Context): Notice | null {
  const { routes, key } = context
  const chosen = routes.find(route => route.key === key)
  if (key === '') return null
  if (!chosen) return say(context, 'warn', 'route.gone', {})
  return (
    closedNotice(context, chosen) ??
    blockedNotice(context, chosen) ??
    offNotice(context, chosen) ??
    movedNotice(context) ??
    avoidedNotice(context, chosen)
  )
}

function closedNotice(context: Context, { window, account }: ReplyChoice): Notice | null {
  if (window.state !== 'closed') return null
  const hours = capabilitiesOf(account).window?.hours ?? 24
  const values = {
    hours,
    when: window.closesAt === null ? '' : moment(context.words, window.closesAt, context.now)
  }
  const hasTemplates = window.outside === 'templates'
  const key = window.closesAt === null ? 'route.never_wrote' : 'route.window_closed'
  const notice = { ...say(context, 'warn', key, values), icon: 'clock', hasTemplates }
  if (hasTemplates) return { ...notice, other: otherWay(context, 'route.or_reply_on') }
  if (notice.other) return notice
  return { ...notice, text: `${notice.text} ${context.words.t('route.wait')}` }
}

function blockedNotice(context: Context, route: ReplyChoice): Notice | null {
  if (route.isReachable) return null
  const { label: channel } = context.look(route.account.type)
  const reason = context.unreachable(route)
  if (!reason) return say(context, 'danger', 'route.unreachable', { channel })
  return say(context, 'danger', 'route.unreachable_why', { channel, reason })
}

/** Why this is not where they wrote last. */
function avoidedNotice(context: Context, chosen: ReplyChoice): Notice | null {
  const { routes, words } = context
  const last = routes.reduce((one, other) =>
    (other.lastAt ?? 0) > (one.lastAt ?? 0) ? other : one
  )
  if (!chosen.isDefault || last.isReachable) return null
  const text = words.t('route.avoided', {
    channel: context.look(last.account.type).label,
    reason: context.unreachable(last) ?? words.t('customer.unreachable'),
    other: context.look(chosen.account.type).label
  })
  return { tone: 'info', icon: 'info', text, hasTemplates: false, other: null }
}

/** A reply to a channel whose plugin is off waits like any other; one that the owner has switched off takes none. */
function offNotice(context: Context, { account }: ReplyChoice): Notice | null {
  const { name } = account
  if (account.is_enabled === 0) return say(context, 'warn', 'error.account_off', { name })
  if (!context.isOff(account.type)) return null
  const key = context.isSafeMode ? 'composer.off_safe' : 'composer.off'
  return { ...say(context, 'warn', key, { name }), icon: 'triangle-alert' }
}

/** They have gone elsewhere since. What is being written stays where it was meant to go. */
function movedNotice(context: Context): Notice | null {
  const { routes, key, known, news, words } = context
  const usual = routes.find(route => route.isDefault)
  if (!usual || usual.key === key || news === known) return null
  const { label } = context.look(usual.account.type)
  return {
    tone: 'info',
    icon: 'info',
    text: words.t('route.moved', {
      name: usual.identity.name || words.t('author.customer'),
      channel: label
    }),
    hasTemplates: false,
    other: { key: usual.key, text: words.t('route.go') }
  }
}

function say(
  context: Context,
  tone: Notice['tone'],
  key: string,
  values: Record<string, string | number>
): Notice {
  const text = context.words.t(key, values)
  return { tone, icon: 'circle-alert', text, hasTemplates: false, other: otherWay(context) }
}

function otherWay(
  { routes, key, look, isOff, words }: Context,
  word = 'route.reply_on'
): Notice['other'] {
  const free = routes.filter(
    route =>
      route.key !== key &&
      route.isReachable &&
      route.canReceive &&
      route.window.state !== 'closed' &&
      !isOff(route.account.type)
  )
  const best = free.find(route => route.isDefault) ?? free[0]
  if (!best) return null
  const { label: channel } = look(best.account.type)
  return { key: best.key, text: words.t(word, { channel }) }
}
