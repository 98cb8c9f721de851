import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import type { Conversation } from '../table.ts'

/** A chat as its channel knows it. */
export interface Chat {
  accountId: number
  threadKey: string
}

/**
 * The conversation in which a chat goes on: one that began in it, or one of another channel that it has
 * joined. The open one, else the newest that was closed; never spam. With `customerId` only theirs: a chat is
 * named after an address, and that may have a new owner.
 */
export async function findChat(
  db: Db,
  chat: Chat,
  customerId?: number
): Promise<Conversation | undefined> {
  const all = [...(await selectBegun(db, chat)), ...(await selectJoined(db, chat))]
  const rows = all.filter(row => customerId === undefined || row.customer_id === customerId)
  const [newest, ...older] = rows.toSorted((a, b) => b.last_message_at - a.last_message_at)
  return [newest, ...older].find(row => row && row.status !== 'closed') ?? newest
}

/** Remembers that a chat goes on in a conversation which began elsewhere. */
export async function joinChat(trx: Db, chat: Chat, conversation: Conversation): Promise<void> {
  const { account_id, thread_key } = conversation
  if (account_id === chat.accountId && thread_key === chat.threadKey) return
  await remember(trx, { ...chat, conversationId: conversation.id })
}

/** What began anew is not part of another conversation any more. */
export async function partChat(trx: Db, { accountId, threadKey }: Chat): Promise<void> {
  await trx
    .deleteFrom('joined_chat')
    .where('account_id', '=', accountId)
    .where('thread_key', '=', threadKey)
    .execute()
}

/** A chat has few, and they stand in this order. */
const selectBegun = prepared<Chat>()((db, value) =>
  db
    .selectFrom('conversation')
    .selectAll()
    .where('account_id', '=', value('accountId'))
    .where('thread_key', '=', value('threadKey'))
    .where('is_spam', '=', 0)
    .orderBy('last_message_at', 'desc')
    .limit(5)
)

const selectJoined = prepared<Chat>()((db, value) =>
  db
    .selectFrom('joined_chat')
    .innerJoin('conversation', 'conversation.id', 'joined_chat.conversation_id')
    .selectAll('conversation')
    .where('joined_chat.account_id', '=', value('accountId'))
    .where('joined_chat.thread_key', '=', value('threadKey'))
    .where('conversation.is_spam', '=', 0)
)

const remember = prepared<Chat & { conversationId: number }>()((db, value) =>
  db
    .insertInto('joined_chat')
    .values({
      account_id: value('accountId'),
      thread_key: value('threadKey'),
      conversation_id: value('conversationId')
    })
    .onConflict(conflict =>
      conflict.columns(['account_id', 'thread_key']).doUpdateSet(eb => ({
        conversation_id: eb.ref('excluded.conversation_id')
      }))
    )
)
