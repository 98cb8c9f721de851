import type { InboundEvent, MessageCard } from '../../plugin-api/event.ts'
import {
  between,
  isFilled,
  isFlag,
  isNumber,
  isText,
  like,
  listOf,
  maybe,
  oneOf,
  type Is
} from './shape.ts'

/** A channel may be buggy; what is not an event must not get into the timeline. Throws for the whole item. */
export function checkEvents(value: unknown): InboundEvent[] {
  if (!Array.isArray(value) || !value.every(isEvent)) throw new Error('journal.error.no_events')
  return value
}

function isEvent(value: unknown): value is InboundEvent {
  const { type } = Object(value) as { type?: unknown }
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false
  return isBase(value) && shapes[type as InboundEvent['type']](value)
}

const isBase = like({ key: isText, at: value => typeof value === 'number' })

const isIdentity = like({ kind: isText, value: isText, isOnlyOne: maybe(isFlag) })

const isWords = like({ en: isText, id: isText })

const isPart: Record<MessageCard['kind'], Is> = {
  place: like({
    latitude: between(-90, 90),
    longitude: between(-180, 180),
    name: maybe(isText),
    address: maybe(isText),
    url: maybe(isText)
  }),
  contact: like({
    name: isText,
    phones: listOf(isText),
    emails: listOf(isText),
    organisation: maybe(isText)
  }),
  order: like({
    items: listOf(
      like({
        name: isText,
        quantity: isNumber,
        price: maybe(isNumber),
        currency: maybe(isText)
      })
    ),
    note: maybe(isText)
  }),
  link: like({ title: isText, text: maybe(isText), url: maybe(isText) })
}

const isCard: Is = value => {
  const { kind } = Object(value) as { kind?: unknown }
  if (typeof kind !== 'string' || !Object.hasOwn(isPart, kind)) return false
  return isPart[kind as MessageCard['kind']](value)
}

const isObject: Is = value => typeof value === 'object'

const shapes: Record<InboundEvent['type'], Is> = {
  message: like({
    remoteId: isFilled,
    from: Array.isArray,
    text: isText,
    quote: maybe(like({ remoteId: isFilled, text: maybe(isText) })),
    choice: maybe(like({ id: isFilled })),
    cards: maybe(listOf(isCard)),
    albumKey: maybe(isFilled),
    groupMember: maybe(like({ name: isText }))
  }),
  unsupported: like({ remoteId: isFilled, from: Array.isArray, what: isText }),
  delivery: like({ ref: isObject, status: isText }),
  activity: like({ name: isText, text: isText }),
  identity: like({
    from: isIdentity,
    identities: listOf(isIdentity),
    former: maybe(listOf(isIdentity))
  }),
  edit: like({ remoteId: isFilled, text: isText }),
  deletion: like({ remoteId: isFilled }),
  reaction: like({
    remoteId: isFilled,
    from: listOf(isIdentity),
    emojis: listOf(isText),
    groupMember: maybe(like({ id: isFilled, name: isText }))
  }),
  reachability: like({ from: isIdentity, isReachable: isFlag, reason: maybe(isWords) }),
  template: like({
    name: isFilled,
    language: isFilled,
    state: oneOf('approved', 'pending', 'rejected', 'paused', 'disabled'),
    reason: maybe(isText)
  }),
  account: like({ level: oneOf('notice', 'problem'), text: isWords })
}
