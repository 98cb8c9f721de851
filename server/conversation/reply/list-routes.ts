import type { Account } from '../../channel/table.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import type { Recipient } from '../../plugin-api/outbound.ts'
import { listAnswerWindows, type AnswerWindow } from './answer-window.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { listClosedWays } from './closed-way.ts'
import type { Conversation, MessageHeaders } from '../table.ts'
import { keyOf, listUsed, type Use } from './used-ways.ts'
import { listWriters, type Writers } from './writer.ts'

/** One way to answer: by an account to an address. */
export interface ReplyChoice {
  /** `<account>:<identity>` */
  key: string
  account: Account
  identity: IdentityRow
  /** Further addresses of the same writer: answers to them go here, too. */
  otherIds: number[]
  to: Recipient
  window: AnswerWindow
  /** False: the provider has said that this address cannot be written to. */
  isReachable: boolean
  /** JSON `Text`, or what the provider said; null: nobody has said why. */
  unreachableReason: string | null
  /** Something can go out by it now: free words, or at least a template. */
  canReceive: boolean
  /** When the customer last wrote by it in this conversation; null: not at all. */
  lastAt: number | null
  isDefault: boolean
}

type Route = Omit<ReplyChoice, 'isDefault'>

/** Ways to answer, the best first: those by which the customer wrote, then those that could be begun. */
export async function listReplyRoutes(
  db: Db,
  conversation: Conversation,
  now: Date
): Promise<ReplyChoice[]> {
  const accounts = await db.selectFrom('account').selectAll().orderBy('id').limit(500).execute()
  const people = await listPeople(db, conversation)
  const ids = people.map(person => person.id)
  const used = await listUsed(db, conversation.id, ids)
  const closed = await listClosedWays(db, ids)
  const writers = await listWriters(db, ids)
  const ways = accounts
    .flatMap(account => people.map(identity => wayOf(account, identity, used)))
    .filter(way => isPossible(conversation, way))
  const windows = await listAnswerWindows(db, ways, now)
  const routes = ways.flatMap((way, index) => {
    const window = windows[index]
    return window ? [routeOf(way, { window, closed })] : []
  })
  const sorted = routes.toSorted((a, b) => inOrder(conversation, a, b, used))
  return withReplyTo(db, fold(sorted, writers), used)
}

/** Of the page's or a program's choice, the route; also after their writer has come by another of their addresses. */
export function findRoute<Found extends Pick<ReplyChoice, 'account' | 'identity' | 'otherIds'>>(
  routes: readonly Found[],
  key: string | undefined
): Found | undefined {
  return routes.find(({ account, identity, otherIds }) =>
    [identity.id, ...otherIds].some(id => keyOf(account.id, id) === key)
  )
}

interface Way {
  account: Account
  identity: IdentityRow
  identityId: number
  use: Use | undefined
}

const wayOf = (account: Account, identity: IdentityRow, used: ReadonlyMap<string, Use>): Way => ({
  ...{ account, identity, identityId: identity.id },
  use: used.get(keyOf(account.id, identity.id))
})

/** Addresses that are one to the provider are one way, by the best of them. */
function fold(sorted: readonly Route[], writers: Writers): Route[] {
  const ways: Route[] = []
  for (const route of sorted) {
    const same = writers(route.account.type, route.identity.id)
    const known = ways.find(
      one => one.account.id === route.account.id && same.includes(one.identity.id)
    )
    if (known) known.otherIds.push(route.identity.id)
    else ways.push({ ...route, otherIds: [] })
  }
  return ways
}

type ClosedWay = Awaited<ReturnType<typeof listClosedWays>>[number]

function listPeople(db: Db, { id, customer_id }: Conversation): Promise<IdentityRow[]> {
  return (
    db
      .selectFrom('identity')
      .selectAll()
      .where(eb =>
        eb.or([
          eb('customer_id', '=', customer_id),
          eb(
            'id',
            'in',
            eb.selectFrom('participant').select('identity_id').where('conversation_id', '=', id)
          )
        ])
      )
      // A number that was given up is somebody else's now.
      .where('former_at', 'is', null)
      .orderBy('verified_at', 'desc')
      .orderBy('id')
      .limit(100)
      .execute()
  )
}

/** An address that was only claimed is offered where it wrote itself, and nowhere else. */
function isPossible(conversation: Conversation, { account, identity, use }: Way): boolean {
  if (use?.heardAt || use?.wroteAt) return true
  if (account.is_enabled === 0 || identity.customer_id !== conversation.customer_id) return false
  if (use) return true
  const { startsBy, window } = capabilitiesOf(account)
  if (!startsBy.includes(identity.kind)) return false
  const isProven = identity.verified_at !== null
  // Where free words need the customer's own first, a number on the word of a program is not enough.
  const isItsOwn = identity.channel === account.type && (isProven || !window)
  return isItsOwn || (identity.kind !== 'external' && isProven)
}

function routeOf(
  { account, identity, use }: Way,
  { window, closed }: { window: AnswerWindow; closed: readonly ClosedWay[] }
): Route {
  const ways = closed.filter(one => one.identity_id === identity.id)
  const way = ways.find(one => one.account_id === account.id)
  // What no account in particular has been told, such as a bounce, holds for all.
  const isReachable = !way && (identity.unreachable_at === null || ways.length > 0)
  const isShut = window.state === 'closed' && window.outside !== 'templates'
  return {
    key: keyOf(account.id, identity.id),
    account,
    identity,
    otherIds: [],
    to: {
      kind: identity.kind,
      value: identity.value,
      ...(identity.name ? { name: identity.name } : {})
    },
    window,
    isReachable,
    unreachableReason: isReachable ? null : (way?.reason ?? identity.unreachable_reason),
    canReceive: account.is_enabled === 1 && isReachable && !isShut,
    lastAt: use?.heardAt ?? null
  }
}

/** Where they wrote, before where we wrote, before where nobody wrote; of these the ablest, then the newest. */
function inOrder(
  conversation: Conversation,
  a: Route,
  b: Route,
  used: ReadonlyMap<string, Use>
): number {
  // Of two of the same second the one that came later.
  const heard = (route: Route) => used.get(route.key)?.heardId ?? 0
  const wrote = (route: Route) => used.get(route.key)?.wroteAt ?? 0
  const isOwn = (route: Route) => (route.account.id === conversation.account_id ? 1 : 0)
  return (
    Number(b.lastAt !== null) - Number(a.lastAt !== null) ||
    disability(a) - disability(b) ||
    (b.lastAt ?? 0) - (a.lastAt ?? 0) ||
    heard(b) - heard(a) ||
    wrote(b) - wrote(a) ||
    isOwn(b) - isOwn(a) ||
    Number(b.identity.verified_at !== null) - Number(a.identity.verified_at !== null)
  )
}

/** 0: takes everything; 1: only templates, or later, when somebody has mended the account; 2: nothing. */
function disability({ account, window, canReceive }: Route): number {
  if (!canReceive) return 2
  return window.state === 'closed' || account.state === 'needs_attention' ? 1 : 0
}

/** A mail may ask for answers elsewhere; and the first of the list is where they go unless told. */
async function withReplyTo(
  db: Db,
  routes: readonly Route[],
  used: ReadonlyMap<string, Use>
): Promise<ReplyChoice[]> {
  const heard = new Map(routes.map(({ key }) => [used.get(key)?.heardId ?? 0, key]))
  const rows = await db
    .selectFrom('message')
    .select(['id', 'headers'])
    .where('id', 'in', [...heard.keys()])
    .execute()
  const wishes = new Map<string | undefined, Recipient>()
  for (const { id, headers } of rows) {
    const { replyTo } = JSON.parse(headers) as MessageHeaders
    if (replyTo) wishes.set(heard.get(id), replyTo)
  }
  return routes.map((route, index) => ({
    ...route,
    to: wishes.get(route.key) ?? route.to,
    isDefault: index === 0
  }))
}
