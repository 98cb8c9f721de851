import { createHmac, randomBytes } from 'node:crypto'
import type { ChatDb } from '../table.ts'
import type { Proof } from '../wire.ts'
import type { ChatWorld, Guest } from './world.ts'

export const key = 'kunci-rahasia-yang-cukup-panjang-untuk-uji'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function token(claims: object, by = key): Proof {
  const iat = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'HS256' })}.${part({ iat, exp: iat + 600, ...claims })}`
  return { jwt: `${text}.${createHmac('sha256', by).update(text).digest('base64url')}` }
}

/** As the panel does it: with a fresh token, which is the guest's from then on when it is taken. */
export async function signIn(
  { askWith }: Pick<ChatWorld, 'askWith'>,
  { token: former }: Pick<Guest, 'token'>,
  proof: Proof
) {
  const fresh = randomBytes(32).toString('base64url')
  const heard = await askWith(fresh)('PUT identity', { ...proof, former })
  return { heard, fresh, ask: askWith(heard.body.isNew ? fresh : former) }
}

/** Customers of the messages with these texts. */
export async function customersOf({ db }: ChatWorld, ...texts: string[]): Promise<number[]> {
  const rows = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .innerJoin('customer', 'customer.id', 'conversation.customer_id')
    .select(['customer.id', 'customer.merged_into'])
    .where('message.text', 'in', texts)
    .where('message.kind', '=', 'inbound')
    .orderBy('message.id')
    .execute()
  return rows.map(({ id, merged_into: into }) => into ?? id)
}

export async function wrote(world: ChatWorld, guest: Guest, text: string): Promise<number> {
  const { status, body } = await guest.write(text)
  if (status !== 202) throw new Error(JSON.stringify(body))
  return world.conversationOf(text)
}

export const identitiesOf = ({ db }: ChatWorld, customer: number) =>
  db
    .selectFrom('identity')
    .select(['kind', 'namespace', 'value', 'verified_at'])
    .where('customer_id', '=', customer)
    .execute()

export async function visitorRow({ db }: ChatWorld, guest: Guest) {
  const { visitor } = await guest.history()
  const row = await (db as never as ChatDb)
    .selectFrom('webchat_visitor')
    .selectAll()
    .where('public_id', '=', visitor ?? '')
    .executeTakeFirstOrThrow()
  return row
}
