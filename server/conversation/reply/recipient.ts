import type { Account } from '../../channel/table.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { cleanName, normalise } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { conflict, InvalidInput } from '../../errors.ts'
import type { Recipient } from '../../plugin-api/outbound.ts'
import { getSettings } from '../../setting/get.ts'
import type { ReplyChoice } from './list-routes.ts'
import type { Way } from './account.ts'
import type { Conversation } from '../table.ts'

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

/** Who gets the reply: by default whoever this way leads to, and nobody else. */
export async function addressesOf(
  trx: Db,
  conversation: Conversation,
  { account, route }: Way,
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
  const to = chosen.to && recipientOf(chosen.to, known, { field: 'to', country })
  if (to && !route && !fits(account, to))
    throw new InvalidInput({ to: 'error.field.other_channel' })
  if (!to && !route) throw conflict('no_recipient')
  return {
    // An address that was picked is meant as it stands, whatever its last mail wished for.
    to: to ?? (route as ReplyChoice).to,
    identityId: route?.identity.id ?? idOf(chosen.to),
    cc: others(chosen.cc, 'cc'),
    bcc: others(chosen.bcc, 'bcc')
  }
}

/** A channel that has said nothing about itself yet is believed. */
function fits(account: Account, { kind }: Recipient): boolean {
  return account.capabilities === '{}' || capabilitiesOf(account).startsBy.includes(kind)
}

const idOf = (chosen: Chosen | undefined) =>
  chosen && 'identityId' in chosen ? chosen.identityId : null

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
