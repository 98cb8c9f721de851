import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { isTimeZone } from '../i18n/format.ts'
import { locales } from '../i18n/words.ts'
import { findAgent } from './find.ts'
import { dropResets } from './link.ts'
import { checkPassword, hashPassword, isPassword } from './password.ts'
import { revokeSessions } from './session.ts'
import type { Agent } from './table.ts'

export interface Profile {
  name: string
  locale: string
  timeZone: string
  theme: string
  density: string
  /** Null: as the installation or the channel has it. */
  undoSeconds: number | null
  enterSends: boolean
  shortcuts: boolean
}

export const themes = ['system', 'light', 'dark'] as const
export const densities = ['comfortable', 'compact'] as const
export const undoChoices = [0, 5, 10, 20, 30] as const

export async function updateProfile(db: Db, agentId: number, profile: Profile): Promise<Agent> {
  checkProfile(profile)
  return db
    .updateTable('agent')
    .set({
      name: profile.name.trim(),
      locale: profile.locale,
      time_zone: profile.timeZone,
      theme: profile.theme,
      density: profile.density,
      undo_seconds: profile.undoSeconds,
      enter_sends: profile.enterSends ? 1 : 0,
      shortcuts: profile.shortcuts ? 1 : 0
    })
    .where('id', '=', agentId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Asks for the old password, and ends every other session of this person. */
export async function changePassword(
  db: Db,
  agentId: number,
  change: { current: string; password: string; keepSession: string }
): Promise<void> {
  const agent = await findAgent(db, agentId)
  if (!(await isPassword(change.current, agent.password_hash))) {
    throw new InvalidInput({ current: 'agent.error.wrong_password' })
  }
  checkPassword(change.password, agent.email)
  const password_hash = await hashPassword(change.password)
  await inTransaction(db, async trx => {
    await trx.updateTable('agent').set({ password_hash }).where('id', '=', agentId).execute()
    await revokeSessions(trx, agentId, change.keepSession)
    await dropResets(trx, agentId)
  })
}

function checkProfile(profile: Profile): void {
  const isKnown = {
    name: profile.name.trim() !== '',
    locale: includes(locales, profile.locale),
    timeZone: isTimeZone(profile.timeZone),
    theme: includes(themes, profile.theme),
    density: includes(densities, profile.density),
    undoSeconds: profile.undoSeconds === null || includes(undoChoices, profile.undoSeconds)
  }
  const wrong = Object.entries(isKnown).filter(([, isRight]) => !isRight)
  if (wrong.length === 0) return
  throw new InvalidInput(Object.fromEntries(wrong.map(([name]) => [name, 'error.field.invalid'])))
}

function includes(known: readonly (string | number)[], value: string | number): boolean {
  return known.includes(value)
}
