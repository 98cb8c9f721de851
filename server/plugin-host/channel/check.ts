import type { RawItem } from '../../plugin-api/account.ts'
import type { ChannelDefinition, ChannelSession } from '../../plugin-api/channel.ts'
import { checkForm, isText } from '../form/check.ts'

/**
 * Pages of the core show what a channel says of itself: what is missing is told at activation, in
 * words for its author. Throws with the first mistake.
 */
export function checkChannel(channel: ChannelDefinition): void {
  const { type, label, settings, icon, firstAccount } = channel as Partial<ChannelDefinition>
  const wrong = (what: string) => new TypeError(`channel ${type}: ${what}`)
  if (!isText(label)) throw wrong('label needs en and id')
  if (icon !== undefined && typeof icon !== 'string') throw wrong('the icon is a text')
  for (const name of ['capabilities', 'parse', 'open'] as const) {
    if (typeof channel[name] !== 'function') throw wrong(`${name} must be a function`)
  }
  if (firstAccount !== undefined && !isText(firstAccount.name)) {
    throw wrong('the name of firstAccount needs en and id')
  }
  for (const name of ['guide', 'firstMessage', 'leave'] as const) {
    const part: unknown = channel[name]
    if (part !== undefined && typeof part !== 'function') throw wrong(`${name} must be a function`)
  }
  for (const name of ['accountPage', 'tryPage'] as const) {
    if (channel[name] !== undefined && !/^\/[\w/-]*$/.test(channel[name])) {
      throw wrong(`${name} is the path of a page, such as /widget`)
    }
  }
  if (settings !== undefined) checkForm(`channel ${type}, settings`, settings)
}

/** What a session has must be callable: told when it opens, and not in the middle of a chat. */
export function checkSession(session: unknown): asserts session is ChannelSession {
  if (typeof session !== 'object' || session === null) {
    throw new TypeError('open answers a session: an object with send and close')
  }
  for (const name of optional) {
    const part: unknown = (session as Partial<ChannelSession>)[name]
    if (part !== undefined && typeof part !== 'function') {
      throw new TypeError(`${name} of the session must be a function`)
    }
  }
}

const optional = [
  ...(['poll', 'history', 'webhook', 'media', 'findSent', 'health'] as const),
  ...(['typing', 'markRead', 'checks'] as const)
]

/** A session answered something else than was promised: a fault of its plugin, not a word of its provider. */
export class WrongAnswer extends TypeError {}

/** Whether it arrived cannot be known, and sending again could double it. */
class WrongReceipt extends WrongAnswer {
  readonly failure = 'unknown_outcome'
  readonly detail = {}
}

/** What a session has answered, in the shape that was promised. Throws when it is not. */
export function checkAnswer(name: string, answer: unknown): unknown {
  const check = checks[name]
  if (!check) return answer
  if (name === 'webhook') return check(answer) ?? answer
  return Promise.resolve(answer).then(value => check(value) ?? value)
}

const checks: Record<string, (value: unknown) => void> = {
  webhook(value) {
    const verdict = Object(value) as { accept?: unknown; refuse?: unknown; reply?: unknown }
    if ('refuse' in verdict) {
      if (isStatus(verdict.refuse, 400)) return
      throw new WrongAnswer('webhook: refuse is a status from 400 to 599')
    }
    const { status = 200 } = Object(verdict.reply) as { status?: unknown }
    if (!isItems(verdict.accept) || !isStatus(status, 200)) {
      throw new WrongAnswer('webhook answers { accept: [{ key, body }] } or { refuse }, at once')
    }
  },
  poll(value) {
    const { items, cursor } = Object(value) as { items?: unknown; cursor?: unknown }
    if (isItems(items) && typeof cursor === 'string') return
    throw new WrongAnswer('poll answers { items: [{ key, body }], cursor, more }')
  },
  send(value) {
    const { remoteId } = Object(value) as { remoteId?: unknown }
    if (typeof remoteId !== 'string') throw new WrongReceipt('send answers { remoteId, status }')
  }
}

const isStatus = (status: unknown, least: number) =>
  Number.isInteger(status) && Number(status) >= least && Number(status) <= 599

function isItems(items: unknown): items is RawItem[] {
  return Array.isArray(items) && items.every(isItem)
}

function isItem(given: unknown): boolean {
  const { key, body } = Object(given) as Partial<RawItem>
  return typeof key === 'string' && key !== '' && body instanceof Uint8Array
}
