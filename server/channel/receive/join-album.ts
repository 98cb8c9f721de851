import { previewAgain } from '../../conversation/preview/again.ts'
import { maxText } from '../../conversation/rewrite.ts'
import type { Message, MessageHeaders } from '../../conversation/table.ts'
import type { Sender } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { applyParkedChanges } from './apply-parked.ts'
import type { Inbound, ReadyMessage } from '../event/inbound.ts'
import { textOf, withCaption } from './message-part.ts'
import { storeFiles } from './store-files.ts'
import { writtenAt } from '../event/written.ts'

/** Parts of one album are sent together. */
const albumMs = 60_000

/**
 * A further part of an album becomes part of the message that its first one has made, in any order: one
 * message, one badge. False when it is the first.
 */
export async function joinAlbum(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  senders: readonly Sender[],
  now: Date
): Promise<boolean> {
  const message = await findAlbum(trx, inbound, ready, senders, now)
  if (!message) return false
  const { event } = ready
  const { account } = inbound
  await trx
    .insertInto('message_alias')
    .values({ account_id: account.id, remote_id: event.remoteId, message_id: message.id })
    .execute()
  await addCaption(trx, message, event)
  const owner = { accountId: account.id, message, partId: event.remoteId }
  await storeFiles(trx, owner, ready.files, now)
  await previewAgain(trx, message.id, now)
  const conversation = message.conversation_id
  announce(trx, { topic: 'message.changed', conversation, message: message.id })
  await applyParkedChanges(trx, inbound, event.remoteId, now)
  return true
}

async function findAlbum(
  trx: Db,
  { account }: Inbound,
  { event }: ReadyMessage,
  senders: readonly Sender[],
  now: Date
): Promise<Message | undefined> {
  const { albumKey, threadKey } = event
  if (albumKey === undefined || threadKey === undefined) return undefined
  const at = writtenAt(event.at, now)
  const rows = await trx
    .selectFrom('message')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .selectAll('message')
    .select('identity.value as sender')
    .where('message.account_id', '=', account.id)
    .where('message.thread_key', '=', threadKey)
    .where('message.album_key', '=', albumKey)
    .where('message.kind', '=', event.origin === 'business' ? 'outbound' : 'inbound')
    .where('message.at', '>=', at - albumMs)
    .where('message.at', '<=', at + albumMs)
    .orderBy('message.id')
    .execute()
  const found = rows.find(
    row => row.kind === 'outbound' || senders.some(sender => sender.value === row.sender)
  )
  if (!found) return undefined
  const { sender: _sender, ...message } = found
  return message
}

async function addCaption(
  trx: Db,
  message: Message,
  { remoteId, text }: ReadyMessage['event']
): Promise<void> {
  const headers = JSON.parse(message.headers) as MessageHeaders
  const captions = withCaption(headers.captions ?? [], { remoteId, text: text.slice(0, maxText) })
  if (text === '' && message.deleted_at === null) return
  await trx
    .updateTable('message')
    .set({
      text: textOf(captions).slice(0, maxText),
      headers: JSON.stringify({ ...headers, captions }),
      // Taken back before: what has come since is there again.
      deleted_at: null
    })
    .where('id', '=', message.id)
    .execute()
}
