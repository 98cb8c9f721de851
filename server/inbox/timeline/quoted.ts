import type { Attachment, MessageHeaders, MessageKind } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import type { Author } from './entry.ts'
import { authorOf } from './author.ts'

/** The message that another one answers. */
export interface ListedQuote {
  id: number
  kind: MessageKind
  author: Author
  text: string
  headers: MessageHeaders
  /** Of its first file. */
  fileKind: Attachment['kind'] | null
  isGone: boolean
}

/**
 * What these messages answer, by the quoted one's number. Only within their own conversation: somebody who
 * may read this one may not be one who may read the other.
 */
export async function listQuoted(db: Db, messageIds: number[]): Promise<Map<number, ListedQuote>> {
  const rows = await db
    .selectFrom('message as answer')
    .innerJoin('message', join =>
      join
        .onRef('message.id', '=', 'answer.quoted_id')
        .onRef('message.conversation_id', '=', 'answer.conversation_id')
    )
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .leftJoin('customer', 'customer.id', 'identity.customer_id')
    .select(['message.id', 'message.kind', 'message.headers', 'message.deleted_at'])
    .select(['message.identity_id', 'message.agent_id', 'agent.name as agent_name'])
    .select(['identity.name as identity_name', 'identity.value as identity_value'])
    .select(['customer.name as customer_name', 'message.status'])
    .select(eb => [
      eb.fn<string>('substr', ['message.text', eb.lit(1), eb.lit(500)]).as('text'),
      eb
        .selectFrom('attachment')
        .select('attachment.kind')
        .whereRef('attachment.message_id', '=', 'message.id')
        .orderBy('attachment.id')
        .limit(1)
        .as('file_kind')
    ])
    .where('answer.id', 'in', messageIds)
    .execute()
  return new Map(
    rows.map(row => {
      const isGone = row.deleted_at !== null || row.status === 'cancelled'
      return [
        row.id,
        {
          id: row.id,
          kind: row.kind,
          author: authorOf(row),
          text: isGone ? '' : row.text,
          headers: isGone ? {} : (JSON.parse(row.headers) as MessageHeaders),
          fileKind: isGone ? null : row.file_kind,
          isGone
        }
      ]
    })
  )
}
