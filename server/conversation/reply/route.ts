import type { Account } from '../../channel/table.ts'
import { capabilitiesOf } from '../capabilities.ts'
import type { Db } from '../../db/schema.ts'
import { DomainError } from '../../errors.ts'
import { addressesOf, type Addressed } from './recipient.ts'
import { findWay } from './account.ts'
import type { Conversation } from '../table.ts'

/** Where an answer goes unless the agent visibly picks something else. */
export interface ReplyRoute {
  account: Account
  to: Addressed['to']
  identityId: Addressed['identityId']
  /** Others on the conversation, for channels that know copies. */
  copies: string[]
}

/** Null when nobody can be answered: no account, or nobody who wrote. Asks what `sendReply` will ask. */
export async function findReplyRoute(
  db: Db,
  conversation: Conversation,
  now: Date
): Promise<ReplyRoute | null> {
  try {
    const way = await findWay(db, conversation, {}, now)
    const { account } = way
    const { to, identityId } = await addressesOf(db, conversation, way, {})
    const copies = capabilitiesOf(account).hasCopies ? await listCopies(db, conversation.id) : []
    return { account, to, identityId, copies: copies.filter(copy => copy !== to.value) }
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}

/** People whom a participant has put on copy; a stranger's mail adds nobody. */
async function listCopies(db: Db, conversationId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('participant')
    .innerJoin('identity', 'identity.id', 'participant.identity_id')
    .select('identity.value')
    .where('participant.conversation_id', '=', conversationId)
    .where('participant.role', '=', 'copy')
    .where('identity.kind', '=', 'email')
    .where('identity.unreachable_at', 'is', null)
    .orderBy('identity.id')
    .limit(20)
    .execute()
  return rows.map(row => row.value)
}
