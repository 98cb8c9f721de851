import { ingest } from '../ingest.ts'
import type { ChatDb, Visitor } from '../table.ts'
import { identitiesOf } from '../talk/journal.ts'
import { findVisitor } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import type { Profile } from '../wire.ts'
import { identityChange } from './sign-in.ts'
import { emailIn, lineIn, phoneIn } from './text.ts'

const mostFacts = 50
const longestFact = 255

/** Null: it is no profile. What is wrong in it is left out; wrong fields are named. */
export function readProfile(
  form: Record<string, unknown> | null
): { profile: Profile } | { wrong: string[] } {
  if (!form) return { wrong: ['body'] }
  const readers = { name: (value: unknown) => lineIn(value, 100), email: emailIn, phone: phoneIn }
  const profile: Profile = {}
  const wrong: string[] = []
  for (const field of ['name', 'email', 'phone'] as const) {
    if (isBlank(form[field])) continue
    const value = readers[field](form[field])
    if (value === null) wrong.push(field)
    else profile[field] = value
  }
  if (form['hasConsent'] === true) profile.hasConsent = true
  if (!isBlank(form['facts'])) {
    const facts = readFacts(form['facts'])
    if (facts) profile.facts = facts
    else wrong.push('facts')
  }
  return wrong.length > 0 ? { wrong } : { profile }
}

/**
 * What was typed is claimed: it goes along with the visitor's messages as a suggestion to the agent. It never
 * takes the place of what is proven, and shows the visitor nothing. Null: more facts than can be kept.
 */
export async function keepProfile(
  { db }: Pick<ChatTools, 'db'>,
  widget: Pick<Widget, 'account'>,
  visitor: Visitor,
  profile: Profile,
  now: Date
): Promise<Visitor | null> {
  const changed = await db.transaction().execute(async trx => {
    const before = await findVisitor(trx, visitor.id)
    const columns = columnsOf(before, profile, now)
    return columns && change(trx, before, columns)
  })
  if (!changed) return null
  const { id: account } = widget.account.facts
  const claimed = identitiesOf(account, changed).filter(({ verified }) => !verified)
  if (claimed.length > 0) await ingest(widget, [identityChange(account, changed, claimed, now)])
  return changed
}

type Columns = Partial<Pick<Visitor, 'name' | 'email' | 'phone' | 'consent_at' | 'facts'>>

function columnsOf(before: Visitor, profile: Profile, now: Date): Columns | null {
  const known = before.facts === null ? {} : (JSON.parse(before.facts) as Record<string, string>)
  const facts = { ...known, ...profile.facts }
  if (Object.keys(facts).length > mostFacts) return null
  const { name, email, phone, hasConsent } = profile
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && before.is_email_proven === 0 && { email }),
    ...(phone !== undefined && before.is_phone_proven === 0 && { phone }),
    ...(hasConsent && before.consent_at === null && { consent_at: now.getTime() }),
    ...(profile.facts && { facts: JSON.stringify(facts) })
  }
}

async function change(trx: ChatDb, { id }: Visitor, columns: Columns): Promise<Visitor> {
  if (Object.keys(columns).length > 0) {
    await trx.updateTable('webchat_visitor').set(columns).where('id', '=', id).execute()
  }
  return findVisitor(trx, id)
}

function readFacts(value: unknown): Record<string, string> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value).filter(([, fact]) => !isBlank(fact))
  if (entries.length > mostFacts) return null
  const facts = entries.map(([name, fact]) => {
    const text = typeof fact === 'number' || typeof fact === 'boolean' ? String(fact) : fact
    return [lineIn(name, longestFact), lineIn(text, longestFact)] as const
  })
  const isGood = facts.every(([name, fact]) => name !== null && fact !== null)
  return isGood ? (Object.fromEntries(facts) as Record<string, string>) : null
}

const isBlank = (value: unknown) => value === undefined || value === null || value === ''
