import type { Account } from '../channel/table.ts'
import { capabilitiesOf } from './capabilities.ts'
import { cleanName, normalise } from '../customer/normalise.ts'
import type { IdentityRow } from '../customer/table.ts'
import type { Db } from '../db/schema.ts'
import { conflict, InvalidInput } from '../errors.ts'
import type { Recipient } from '../plugin-api/outbound.ts'
import { getSettings } from '../setting/get.ts'
import type { Conversation, MessageHeaders } from './table.ts'

/** A person of the conversation, or an address that the agent typed. */
export type Chosen =
  | { identityId: number }
  | { kind: 'email' | 'phone'; value: string; name?: string }

export interface Addressing {
  to?: Chosen | undefined
  cc?: Chosen[] | undefined
  bcc?: Chosen[] | undefined
}

export interface Addressed {
  to: Recipient
  cc: Recipient[]
  bcc: Recipient[]
  /** The customer's identity behind `to`, when it is one. */
  identityId: number | null
}

/** Who gets the reply: by default whoever wrote last on this account, and nobody else. */
export async function addressesOf(
  trx: Db,
  conversation: Conversation,
  account: Account,
  chosen: Addressing
): Promise<Addressed> {
  const copies = [...(chosen.cc ?? []), ...(chosen.bcc ?? [])]
  if (copies.length > 0 && !capabilitiesOf(account).hasCopies) {
    throw new InvalidInput({ cc: 'error.field.no_copies' })
  }
  const known = await listKnown(trx, conversation, [...(chosen.to ? [chosen.to] : []), ...copies])
  const { country } = await getSettings(trx)
  const others = (list: Chosen[] | undefined, field: string) =>
    (list ?? [])
      .map(one => recipientOf(one, known, { field, country }))
      .filter(one => one.value !== account.address)
  const main = chosen.to
    ? { to: recipientOf(chosen.to, known, { field: 'to', country }), identityId: idOf(chosen.to) }
    : await defaultRecipient(trx, conversation, account)
  return { ...main, cc: others(chosen.cc, 'cc'), bcc: others(chosen.bcc, 'bcc') }
}

const idOf = (chosen: Chosen) => ('identityId' in chosen ? chosen.identityId : null)

/** Only people who are on the conversation or are its customer: no other customer's address by its number. */
async function listKnown(
  trx: Db,
  conversation: Conversation,
  chosen: Chosen[]
): Promise<Map<number, IdentityRow>> {
  const ids = chosen.flatMap(one => idOf(one) ?? [])
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('identity')
    .selectAll()
    .where('id', 'in', ids)
    .where(eb =>
      eb.or([
        eb('customer_id', '=', conversation.customer_id),
        eb(
          'id',
          'in',
          eb
            .selectFrom('participant')
            .select('identity_id')
            .where('conversation_id', '=', conversation.id)
        )
      ])
    )
    .execute()
  return new Map(rows.map(row => [row.id, row]))
}

function recipientOf(
  chosen: Chosen,
  known: Map<number, IdentityRow>,
  { field, country }: { field: string; country: string }
): Recipient {
  if ('identityId' in chosen) {
    const row = known.get(chosen.identityId)
    if (!row) throw new InvalidInput({ [field]: 'error.field.stranger' })
    return fromIdentity(row)
  }
  const address = normalise(chosen, country)
  if (!address) throw new InvalidInput({ [field]: 'error.field.address' })
  const name = cleanName(chosen.name)
  return { kind: address.kind, value: address.value, ...(name ? { name } : {}) }
}

function fromIdentity(row: Pick<IdentityRow, 'kind' | 'value' | 'name'>): Recipient {
  return { kind: row.kind, value: row.value, ...(row.name ? { name: row.name } : {}) }
}

async function defaultRecipient(
  trx: Db,
  conversation: Conversation,
  account: Account
): Promise<Pick<Addressed, 'to' | 'identityId'>> {
  const last = await lastWriter(trx, conversation.id, account.id)
  if (last) {
    const headers = JSON.parse(last.headers) as MessageHeaders
    return { to: headers.replyTo ?? fromIdentity(last), identityId: last.id }
  }
  const reachable = await firstReachable(trx, conversation, account)
  if (!reachable) throw conflict('no_recipient')
  return { to: fromIdentity(reachable), identityId: reachable.id }
}

/** A bounce or an out-of-office note is nobody to answer. */
function lastWriter(trx: Db, conversationId: number, accountId: number) {
  return trx
    .selectFrom('message')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select(['identity.id', 'identity.kind', 'identity.value', 'identity.name', 'message.headers'])
    .where('message.conversation_id', '=', conversationId)
    .where('message.account_id', '=', accountId)
    .where('message.kind', '=', 'inbound')
    .where('message.is_automatic', '=', 0)
    .orderBy('message.at', 'desc')
    .orderBy('message.id', 'desc')
    .executeTakeFirst()
}

/** The customer's own address of a kind that this channel can begin with. */
async function firstReachable(
  trx: Db,
  conversation: Conversation,
  account: Account
): Promise<IdentityRow | undefined> {
  const { startsBy } = capabilitiesOf(account)
  if (startsBy.length === 0) return undefined
  return trx
    .selectFrom('identity')
    .selectAll()
    .where('customer_id', '=', conversation.customer_id)
    .where('kind', 'in', startsBy)
    .where('unreachable_at', 'is', null)
    .orderBy('verified_at', 'desc')
    .orderBy('id')
    .executeTakeFirst()
}
