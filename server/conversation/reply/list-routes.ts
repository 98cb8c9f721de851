import type { Account } from '../../channel/table.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import type { Recipient } from '../../plugin-api/outbound.ts'
import { findAnswerWindow, type AnswerWindow } from './answer-window.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { listClosedWays } from './closed-way.ts'
import type { Conversation, MessageHeaders } from '../table.ts'

/** One way to answer: by an account to an address. */
export interface ReplyChoice {
  /** `<account>:<identity>` */
  key: string
  account: Account
  identity: IdentityRow
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
  const used = await listUsed(
    db,
    conversation.id,
    people.map(person => person.id)
  )
  const closed = await listClosedWays(
    db,
    people.map(person => person.id)
  )
  const routes: Route[] = []
  for (const account of accounts) {
    for (const identity of people) {
      const use = used.get(`${account.id}:${identity.id}`)
      if (!isPossible(conversation, account, identity, use)) continue
      const window = await findAnswerWindow(db, { account, identityId: identity.id }, now)
      routes.push(routeOf(account, identity, use, { window, closed }))
    }
  }
  const sorted = routes.toSorted((a, b) => inOrder(conversation, a, b, used))
  return withReplyTo(db, conversation, sorted)
}

type ClosedWay = Awaited<ReturnType<typeof listClosedWays>>[number]

interface Use {
  /** Their last message by it in this conversation. */
  heardAt: number | null
  heardId: number | null
  /** Our last message by it in this conversation. */
  wroteAt: number | null
}

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

/** By which accounts these people have been written with, here and in other conversations. */
async function listUsed(db: Db, conversationId: number, people: number[]) {
  const used = new Map<string, Use>()
  if (people.length === 0) return used
  const rows = await db
    .selectFrom('account')
    .innerJoin('identity', join => join.onTrue())
    .select(['account.id as account_id', 'identity.id as identity_id'])
    .select(eb => {
      const newest = (kind: 'inbound' | 'outbound') =>
        eb
          .selectFrom('message')
          .select('message.at')
          .whereRef('message.identity_id', '=', 'identity.id')
          .whereRef('message.account_id', '=', 'account.id')
          .where('message.kind', '=', kind)
          .where('message.is_automatic', '=', 0)
          .orderBy('message.at', 'desc')
          .orderBy('message.id', 'desc')
          .limit(1)
      const here = (kind: 'inbound' | 'outbound') =>
        newest(kind).where('message.conversation_id', '=', conversationId)
      return [
        here('inbound').as('heard_at'),
        here('inbound').clearSelect().select('message.id').as('heard_id'),
        here('outbound').as('wrote_at'),
        newest('inbound').as('ever_at')
      ]
    })
    .where('identity.id', 'in', people)
    .execute()
  for (const { account_id, identity_id, heard_at, heard_id, wrote_at, ever_at } of rows) {
    // Of other conversations only theirs says that the address is good; ours may have gone anywhere.
    if (heard_at === null && wrote_at === null && ever_at === null) continue
    used.set(`${account_id}:${identity_id}`, {
      heardAt: heard_at,
      heardId: heard_id,
      wroteAt: wrote_at
    })
  }
  return used
}

/** An address that was only claimed is offered where it wrote itself, and nowhere else. */
function isPossible(
  conversation: Conversation,
  account: Account,
  identity: IdentityRow,
  use: Use | undefined
): boolean {
  if (use?.heardAt || use?.wroteAt) return true
  if (account.is_enabled === 0 || identity.customer_id !== conversation.customer_id) return false
  if (use) return true
  const { startsBy } = capabilitiesOf(account)
  if (!startsBy.includes(identity.kind)) return false
  const isItsOwn = identity.channel === account.type
  return isItsOwn || (identity.kind !== 'external' && identity.verified_at !== null)
}

function routeOf(
  account: Account,
  identity: IdentityRow,
  use: Use | undefined,
  { window, closed }: { window: AnswerWindow; closed: readonly ClosedWay[] }
): Route {
  const ways = closed.filter(one => one.identity_id === identity.id)
  const way = ways.find(one => one.account_id === account.id)
  // What no account in particular has been told, such as a bounce, holds for all.
  const isReachable = !way && (identity.unreachable_at === null || ways.length > 0)
  const isShut = window.state === 'closed' && window.outside !== 'templates'
  return {
    key: `${account.id}:${identity.id}`,
    account,
    identity,
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
  { id }: Conversation,
  routes: readonly Route[]
): Promise<ReplyChoice[]> {
  const wishes = new Map<string, Recipient>()
  for (const route of routes) {
    if (route.lastAt === null) continue
    const last = await db
      .selectFrom('message')
      .select('headers')
      .where('conversation_id', '=', id)
      .where('account_id', '=', route.account.id)
      .where('identity_id', '=', route.identity.id)
      .where('kind', '=', 'inbound')
      .where('is_automatic', '=', 0)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    const { replyTo } = JSON.parse(last?.headers ?? '{}') as MessageHeaders
    if (replyTo) wishes.set(route.key, replyTo)
  }
  return routes.map((route, index) => ({
    ...route,
    to: wishes.get(route.key) ?? route.to,
    isDefault: index === 0
  }))
}
