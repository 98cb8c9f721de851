import type { Attachment } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'

/** A file of a message that is listed below it. */
export interface ListedAttachment {
  token: string
  filename: string
  mime: string
  size: number
  state: 'ready' | 'pending' | 'failed' | 'gone'
  /** As the channel named it; `isImage` says what can be shown. */
  kind: Attachment['kind']
  isImage: boolean
  /** Its provider can be asked for it again. */
  canRetry: boolean
}

/** The files of these messages in their order; what stands inside the HTML or is hidden is not listed. */
export async function listFiles(
  db: Db,
  messageIds: number[]
): Promise<Map<number, ListedAttachment[]>> {
  const rows = await db
    .selectFrom('attachment')
    .select(['message_id', 'token', 'filename', 'mime', 'size', 'state', 'kind', 'ref'])
    .where('message_id', 'in', messageIds)
    .where('is_hidden', '=', 0)
    .where('inline_id', 'is', null)
    .orderBy('id')
    .execute()
  const lists = new Map<number, ListedAttachment[]>()
  for (const { message_id, ref, ...file } of rows) {
    if (message_id === null) continue
    const canRetry = file.state === 'failed' && ref !== null
    const listed = { ...file, isImage: shownImages.has(file.mime), canRetry }
    lists.set(message_id, [...(lists.get(message_id) ?? []), listed])
  }
  return lists
}

const shownImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
