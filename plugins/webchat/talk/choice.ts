import type { Choice } from 'sapa/plugin-api'
import { Refusal } from '../refusal.ts'
import type { ChatDb } from '../table.ts'

export const choicesIn = (choices: string) => JSON.parse(choices) as Choice[]

/** What a visitor has tapped, by what was offered to them. Throws. */
export async function findChoice(
  db: ChatDb,
  visitorId: number,
  { of, index }: { of: number; index: number }
): Promise<Choice> {
  const row = await db
    .selectFrom('webchat_message')
    .select('choices')
    .where('visitor_id', '=', visitorId)
    .where('seq', '=', of)
    .executeTakeFirst()
  const choice = choicesIn(row?.choices ?? '[]')[index]
  if (!choice) throw new Refusal('invalid')
  return choice
}

/** Null: it is none. */
export function readChoice(given: unknown): { of: number; index: number } | null {
  const { of, index } = Object(given) as Record<string, unknown>
  return Number.isSafeInteger(of) && Number.isSafeInteger(index)
    ? { of: Number(of), index: Number(index) }
    : null
}
