import { rewriteMessage } from '../../conversation/rewrite.ts'
import type { Message } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import type { MessageEdit } from '../../plugin-api/event.ts'
import type { Outcome } from '../event/inbound.ts'
import { retell } from './message-part.ts'
import { writtenAt } from '../event/written.ts'

/** A message was changed where it was written. What is older than the last change is late, and is left. */
export async function receiveEdit(
  trx: Db,
  message: Message,
  edit: MessageEdit,
  now: Date
): Promise<Outcome> {
  const at = writtenAt(edit.at, now)
  if (message.deleted_at !== null || at < (message.edited_at ?? 0)) return 'ignored'
  const retold = await retell(trx, message, edit.remoteId, edit.text)
  if (!retold) return 'ignored'
  const { text, headers } = retold === 'whole' ? { text: edit.text } : retold
  if (text === message.text) return 'ignored'
  await rewriteMessage(trx, message, { text, at, ...(headers && { headers }) }, now)
  return 'stored'
}
