import { plainText } from '../../conversation/step/cut.ts'
import { inJson } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

/** A reply as a relay repeats it. */
export interface RelayedReply {
  id: number
  conversationId: number
  text: string
  author: string | null
  isAutomatic: boolean
  files: RelayedFile[]
}

export interface RelayedFile {
  id: number
  token: string
  filename: string
  size: number
  inlineId: string | null
}

/** What was handed to the account's channel under these names, oldest first; nothing that was taken back. */
export async function listReplies(
  trx: Db,
  accountId: number,
  clientRefs: readonly string[]
): Promise<RelayedReply[]> {
  const rows = await trx
    .selectFrom('message')
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('message_body', 'message_body.message_id', 'message.id')
    .select(['message.id', 'conversation_id', 'text', 'message_body.html', 'is_automatic'])
    .select('agent.name as author')
    .where('message.id', 'in', eb =>
      eb
        .selectFrom('outbox')
        .select('message_id')
        .where('client_ref', 'in', inJson<string>(JSON.stringify(clientRefs)))
        .where('outbox.account_id', '=', accountId)
        .where('message_id', 'is not', null)
        .$narrowType<{ message_id: number }>()
    )
    .where('message.kind', '=', 'outbound')
    .where('message.status', 'not in', ['cancelled', 'failed', 'queued'])
    .orderBy('message.id')
    .execute()
  const files = await listFiles(
    trx,
    rows.map(row => row.id)
  )
  return rows.map(row => ({
    id: row.id,
    conversationId: row.conversation_id,
    text: row.text || plainText(row.html ?? ''),
    author: row.author,
    isAutomatic: row.is_automatic === 1,
    files: files.get(row.id) ?? []
  }))
}

/** Those of the replies that have not gone to the address yet. */
export async function withoutRelayed(
  trx: Db,
  replies: RelayedReply[],
  address: string
): Promise<RelayedReply[]> {
  const ids = replies.map(reply => reply.id)
  const rows = await trx
    .selectFrom('relay_message')
    .select('message_id')
    .where('address', '=', address)
    .where('message_id', 'in', ids)
    .execute()
  const gone = new Set(rows.map(row => row.message_id))
  return replies.filter(reply => !gone.has(reply.id))
}

async function listFiles(trx: Db, messageIds: number[]): Promise<Map<number, RelayedFile[]>> {
  const rows = await trx
    .selectFrom('attachment')
    .select(['id', 'message_id', 'token', 'filename', 'size', 'inline_id'])
    .where('message_id', 'in', messageIds)
    .where('blob_hash', 'is not', null)
    .where('is_hidden', '=', 0)
    .orderBy('id')
    .execute()
  const lists = new Map<number, RelayedFile[]>()
  for (const { message_id, inline_id, ...file } of rows) {
    if (message_id === null) continue
    const list = lists.get(message_id) ?? []
    lists.set(message_id, [...list, { ...file, inlineId: inline_id }])
  }
  return lists
}
