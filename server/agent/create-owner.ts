import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { conflict, InvalidInput } from '../errors.ts'
import { hasOwner, isEmail, normaliseEmail } from './find.ts'
import { checkPassword, hashPassword } from './password.ts'
import type { Agent } from './table.ts'

export interface NewOwner {
  email: string
  name: string
  password: string
  locale?: string
  timeZone?: string
}

/** The first person. Possible once: the page before it also asks for the token printed at start. */
export async function createOwner(db: Db, owner: NewOwner, now: Date): Promise<Agent> {
  const email = normaliseEmail(owner.email)
  if (!isEmail(email)) throw new InvalidInput({ email: 'error.field.format' })
  if (!owner.name.trim()) throw new InvalidInput({ name: 'error.field.required' })
  checkPassword(owner.password, email)
  const password_hash = await hashPassword(owner.password)
  return inTransaction(db, async trx => {
    if (await hasOwner(trx)) throw conflict('owner_exists')
    return trx
      .insertInto('agent')
      .values({
        email,
        name: owner.name.trim(),
        role: 'owner',
        password_hash,
        ...(owner.locale ? { locale: owner.locale } : {}),
        ...(owner.timeZone ? { time_zone: owner.timeZone } : {}),
        created_at: now.getTime()
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}
