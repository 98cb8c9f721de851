import { randomBytes } from 'node:crypto'
import type { Insertable, Selectable } from 'kysely'
import type { Db, Tables } from '../../server/db/schema.ts'

type Given<Table extends keyof Tables> = Partial<Insertable<Tables[Table]>>
type Row<Table extends keyof Tables> = Promise<Selectable<Tables[Table]>>

let count = 0
const next = () => ++count
const at = Date.parse('2026-11-20T02:00:00Z')

/**
 * Rows with their parents: what a test does not name is filled in with believable values.
 * They go straight into the tables, without counters and events; tests of those use the domain.
 */
export const make = {
  agent(db: Db, given: Given<'agent'> = {}): Row<'agent'> {
    const n = next()
    return insert(db, 'agent', {
      email: `agen${n}@toko-cahaya.example`,
      name: `Agen ${n}`,
      role: 'agent',
      locale: 'en',
      created_at: at,
      ...given
    })
  },

  async team(db: Db, given: Given<'team'> & { members?: number[] } = {}): Row<'team'> {
    const { members = [], ...rest } = given
    const team = await insert(db, 'team', { name: `Tim ${next()}`, created_at: at, ...rest })
    for (const agent_id of members) {
      await db.insertInto('team_member').values({ team_id: team.id, agent_id }).execute()
    }
    return team
  },

  account(db: Db, given: Given<'account'> = {}): Row<'account'> {
    const address = `halo${next()}@toko-cahaya.example`
    return insert(db, 'account', {
      type: 'email',
      name: 'Toko Cahaya',
      address,
      external_id: address,
      webhook_secret: randomBytes(16).toString('hex'),
      state: 'connected',
      state_since: at,
      created_at: at,
      ...given
    })
  },

  customer(db: Db, given: Given<'customer'> = {}): Row<'customer'> {
    return insert(db, 'customer', {
      name: 'Ratna Dewi',
      created_at: at,
      last_seen_at: at,
      ...given
    })
  },

  async identity(db: Db, given: Given<'identity'> = {}): Row<'identity'> {
    const customer_id = given.customer_id ?? (await make.customer(db)).id
    return insert(db, 'identity', {
      kind: 'email',
      value: `ratna${next()}@pelanggan.example`,
      name: 'Ratna Dewi',
      channel: 'email',
      verified_at: at,
      created_at: at,
      ...given,
      customer_id
    })
  },

  async conversation(db: Db, given: Given<'conversation'> = {}): Row<'conversation'> {
    const customer_id = given.customer_id ?? (await make.customer(db)).id
    const account_id =
      given.account_id === undefined ? (await make.account(db)).id : given.account_id
    return insert(db, 'conversation', {
      channel: 'email',
      reply_token: randomBytes(10).toString('hex'),
      subject: 'Faktur belum diterima',
      preview: 'Selamat pagi, faktur bulan lalu belum saya terima.',
      last_message_at: at,
      created_at: at,
      ...given,
      customer_id,
      account_id
    })
  },

  async message(db: Db, given: Given<'message'> = {}): Row<'message'> {
    const conversation_id = given.conversation_id ?? (await make.conversation(db)).id
    return insert(db, 'message', {
      kind: 'inbound',
      channel: 'email',
      text: 'Selamat pagi, faktur bulan lalu belum saya terima.',
      at,
      created_at: at,
      ...given,
      conversation_id
    })
  }
}

async function insert<Table extends keyof Tables>(
  db: Db,
  table: Table,
  values: Given<Table>
): Row<Table> {
  const row = await db
    .insertInto(table as 'agent')
    .values(values as Insertable<Tables['agent']>)
    .returningAll()
    .executeTakeFirstOrThrow()
  return row as unknown as Selectable<Tables[Table]>
}
