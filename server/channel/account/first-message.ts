import type { Db } from '../../db/schema.ts'

export interface FirstMessage {
  conversationId: number
  /** Who wrote it, and how it begins. */
  name: string | null
  text: string
}

/** What is watched for has come lately: older messages need not be looked through. */
const lately = 2000

/** The first message that a customer has sent to this account. Null while there is none. */
export async function findFirstMessage(db: Db, accountId: number): Promise<FirstMessage | null> {
  const row = await db
    .selectFrom(
      db
        .selectFrom('message')
        .select(['id', 'account_id', 'identity_id', 'conversation_id', 'kind', 'text'])
        .orderBy('id', 'desc')
        .limit(lately)
        .as('message')
    )
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .select([
      'message.conversation_id',
      'message.text',
      'identity.name as written_name',
      'identity.value as address'
    ])
    .where('message.account_id', '=', accountId)
    .where('message.kind', '=', 'inbound')
    .orderBy('message.id')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return {
    conversationId: row.conversation_id,
    name: row.written_name || row.address,
    text: row.text
  }
}
