import { Refusal } from '../refusal.ts'
import type { Asked, AskedByVisitor } from '../chat-route.ts'
import type { ChatTools } from '../tools.ts'
import { makeVisitor } from './visitor.ts'

/** Makes the sender of a first message, file or proof known. Throws when there are too many. */
export async function makeKnown(
  { db, limits }: Pick<ChatTools, 'db' | 'limits'>,
  asked: Asked
): Promise<AskedByVisitor> {
  const { hash, holder, widget, now } = asked
  if (hash === null) throw new Refusal('invalid')
  if (holder !== null) return { ...asked, hash, holder }
  limits.takeVisitor(asked)
  const made = await makeVisitor(db, widget.account.facts.id, hash, now)
  if (made.isEnded) throw new Refusal('ended')
  return { ...asked, hash, holder: made }
}
