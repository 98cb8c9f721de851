import { changeFrom } from '../../conversation/change.ts'
import { recount } from '../../conversation/count.ts'
import { findConversation } from '../../conversation/find.ts'
import { joinChat } from '../../conversation/chat/find.ts'
import { newestShown } from '../../conversation/preview/newest-shown.ts'
import type { Message } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'

/**
 * A provider may tell of a message of ours before it has answered the request that sent it: then it was taken
 * for one that the business wrote elsewhere. Once its id is known to be that of a step, it is only the step's
 * message; what was told of it goes with it.
 */
export async function foldEchoes(
  trx: Db,
  accountId: number,
  remoteIds: readonly string[],
  now: Date
): Promise<void> {
  for (const remoteId of remoteIds) {
    const ownId = await findSender(trx, accountId, remoteId)
    const echo = ownId === undefined ? undefined : await findEcho(trx, accountId, remoteId)
    if (!echo || ownId === undefined || echo.id === ownId) continue
    await hand(trx, echo.id, ownId)
    await remove(trx, echo, ownId, now)
    await nameOwn(trx, ownId, remoteId)
  }
}

async function findSender(
  trx: Db,
  accountId: number,
  remoteId: string
): Promise<number | undefined> {
  const step = await trx
    .selectFrom('outbox')
    .select('message_id')
    .where('account_id', '=', accountId)
    .where('remote_id', '=', remoteId)
    .where('message_id', 'is not', null)
    .executeTakeFirst()
  if (step) return step.message_id ?? undefined
  const part = await trx
    .selectFrom('message_alias')
    .select('message_id')
    .where('account_id', '=', accountId)
    .where('remote_id', '=', remoteId)
    .executeTakeFirst()
  return part?.message_id
}

/** Only what nobody has written in Sapa: such a message has no agent and no steps. */
function findEcho(trx: Db, accountId: number, remoteId: string): Promise<Message | undefined> {
  return trx
    .selectFrom('message')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('remote_id', '=', remoteId)
    .where('kind', '=', 'outbound')
    .where('agent_id', 'is', null)
    .where('journal_id', 'is not', null)
    .where(eb =>
      eb.not(
        eb.exists(eb.selectFrom('outbox').whereRef('message_id', '=', 'message.id').select('id'))
      )
    )
    .executeTakeFirst()
}

/** Its receipts wait again, for the message that they are about. */
async function hand(trx: Db, echoId: number, ownId: number): Promise<void> {
  await trx
    .updateTable('receipt')
    .set({ message_id: null })
    .where('message_id', '=', echoId)
    .execute()
  await trx
    .updateTable('message')
    .set({ quoted_id: ownId })
    .where('quoted_id', '=', echoId)
    .execute()
  for (const table of ['reaction', 'reaction_mark', 'message_alias'] as const) {
    await trx
      .updateTable(table)
      .set({ message_id: ownId })
      .where('message_id', '=', echoId)
      .execute()
  }
}

/** It leaves open pages as an undone message does. */
async function remove(trx: Db, echo: Message, ownId: number, now: Date): Promise<void> {
  await trx
    .updateTable('message')
    .set({ status: 'cancelled', remote_id: null, text: '', headers: '{}' })
    .where('id', '=', echo.id)
    .execute()
  await trx.deleteFrom('attachment').where('message_id', '=', echo.id).execute()
  const conversation = await findConversation(trx, echo.conversation_id)
  if (conversation.message_count <= 1) return removeEmpty(trx, echo, ownId)
  const changes = {
    message_count: conversation.message_count - 1,
    ...(await newestShown(trx, conversation.id))
  }
  await changeFrom(trx, conversation, changes, null, now)
  announce(trx, { topic: 'message.changed', conversation: conversation.id, message: echo.id })
}

/** The echo had opened a conversation of its own: its chat goes on where the message was written. */
async function removeEmpty(trx: Db, echo: Message, ownId: number): Promise<void> {
  const conversation = await findConversation(trx, echo.conversation_id)
  const own = await trx
    .selectFrom('message')
    .select('conversation_id')
    .where('id', '=', ownId)
    .executeTakeFirstOrThrow()
  await recount(trx, conversation, null)
  await trx.deleteFrom('conversation').where('id', '=', conversation.id).execute()
  if (echo.thread_key === null || echo.account_id === null) return
  const chat = { accountId: echo.account_id, threadKey: echo.thread_key }
  await joinChat(trx, chat, await findConversation(trx, own.conversation_id))
}

async function nameOwn(trx: Db, ownId: number, remoteId: string): Promise<void> {
  await trx
    .updateTable('message')
    .set({ remote_id: remoteId })
    .where('id', '=', ownId)
    .where('remote_id', 'is', null)
    .execute()
}
