import type { Kysely } from 'kysely'
import type { CustomerRecord, SapaContext } from 'sapa/plugin-api'
import { Recent } from './recent.ts'

interface PersonTable {
  account_id: number
  user_id: string
  /** Digits. */
  phone: string
  seen_at: number
}

type Tables = Kysely<{ whatsapp_person: PersonTable }>

export interface Pair {
  userId: string
  phone: string
}

const day = 24 * 60 * 60_000
/** For so long Meta itself goes by the number of somebody who has written. */
const freshMs = 30 * day

/**
 * Who has which number: what is sent to a number keeps it visible in what comes back. Numbers change hands, so a
 * pair counts for a month, and a number belongs to whoever was seen with it last.
 */
export class People {
  readonly #db: Tables
  readonly #noted = new Recent<string>(20_000)
  readonly #byPhone = new Recent<string>(20_000)

  constructor(sapa: Pick<SapaContext, 'db'>) {
    this.#db = sapa.db as unknown as Tables
  }

  /** What was known before the line was opened. */
  async load(account: number, now: number): Promise<void> {
    const rows = await this.#db
      .selectFrom('whatsapp_person')
      .select(['user_id', 'phone'])
      .where('account_id', '=', account)
      .where('seen_at', '>', now - freshMs)
      .orderBy('seen_at', 'desc')
      .limit(10_000)
      .execute()
    for (const { user_id: userId, phone } of rows) this.#byPhone.set(`${account} ${phone}`, userId)
  }

  /** Who was seen with this number last, as far as it is remembered. */
  userOf(account: number, phone: string): string | undefined {
    return this.#byPhone.get(`${account} ${phone}`)
  }

  async note(account: number, { userId, phone }: Pair, now: number): Promise<void> {
    const [key, state] = [`${account} ${userId}`, `${phone} ${Math.floor(now / day)}`]
    if (this.#noted.get(key) === state) return
    this.#noted.set(key, state)
    this.#byPhone.set(`${account} ${phone}`, userId)
    await this.#db.transaction().execute(async trx => {
      await trx
        .deleteFrom('whatsapp_person')
        .where('account_id', '=', account)
        .where('phone', '=', phone)
        .where('user_id', '!=', userId)
        .execute()
      await trx
        .insertInto('whatsapp_person')
        .values({ account_id: account, user_id: userId, phone, seen_at: now })
        .onConflict(conflict =>
          conflict.columns(['account_id', 'user_id']).doUpdateSet({ phone, seen_at: now })
        )
        .execute()
    })
  }

  /** The number has a new owner, or none. */
  async forget(account: number, phone: string): Promise<void> {
    this.#byPhone.delete(`${account} ${phone}`)
    await this.#db
      .deleteFrom('whatsapp_person')
      .where('account_id', '=', account)
      .where('phone', '=', phone)
      .execute()
  }

  /** Digits; null when none was told lately. */
  async phoneOf(account: number, userId: string, now: number): Promise<string | null> {
    const row = await this.#db
      .selectFrom('whatsapp_person')
      .select('phone')
      .where('account_id', '=', account)
      .where('user_id', '=', userId)
      .where('seen_at', '>', now - freshMs)
      .executeTakeFirst()
    return row?.phone ?? null
  }

  /** What is kept of a customer; null when nothing. */
  async export(customer: CustomerRecord): Promise<unknown> {
    const rows = await this.#db
      .selectFrom('whatsapp_person')
      .selectAll()
      .where(eb =>
        eb.or([eb('user_id', 'in', idsOf(customer)), eb('phone', 'in', phonesOf(customer))])
      )
      .execute()
    return rows.length === 0 ? null : rows
  }

  async erase(customer: CustomerRecord): Promise<void> {
    await this.#db
      .deleteFrom('whatsapp_person')
      .where(eb =>
        eb.or([eb('user_id', 'in', idsOf(customer)), eb('phone', 'in', phonesOf(customer))])
      )
      .execute()
  }

  async forgetOld(now: number): Promise<void> {
    await this.#db
      .deleteFrom('whatsapp_person')
      .where('seen_at', '<', now - freshMs)
      .execute()
  }
}

const idsOf = ({ identities }: CustomerRecord) => [
  '',
  ...identities
    .filter(({ kind, namespace }) => kind === 'external' && namespace === 'whatsapp')
    .map(({ value }) => value)
]

const phonesOf = ({ identities }: CustomerRecord) => [
  '',
  ...identities.filter(({ kind }) => kind === 'phone').map(({ value }) => value.replace(/^\+/, ''))
]
