import type { Filtering } from '../../conversation/reply/guard.ts'
import type { Db } from '../../db/schema.ts'
import type { MessageEdit } from '../../plugin-api/event.ts'
import { findRemote } from '../receive/find-remote.ts'
import type { Account } from '../table.ts'

/** Plugins that change what customers write have their say about the new words, too. */
export async function filterEdit(
  filtering: Filtering,
  db: Db,
  account: Pick<Account, 'id' | 'type'>,
  edit: MessageEdit
): Promise<MessageEdit> {
  if (!filtering.hasFilter('message.inbound')) return edit
  const message = await findRemote(db, account.id, edit.remoteId)
  if (message && message.kind !== 'inbound') return edit
  const facts = { channel: account.type, account: account.id, isAutomatic: false }
  const isVerified = message?.is_verified === 1
  const said = { text: edit.text, isSpam: false }
  const { text } = await filtering.filter('message.inbound', said, { ...facts, isVerified })
  return { ...edit, text }
}
