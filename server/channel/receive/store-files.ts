import { recordBlob } from '../../blob/record.ts'
import type { Db } from '../../db/schema.ts'
import type { ReadyFile } from '../event/inbound.ts'
import { requestMedia } from '../media/request.ts'

interface Owner {
  accountId: number
  message: { id: number }
  /** Which part of an album brought them. */
  partId?: string | null
}

/** Attachments of a message; what only has a reference is fetched by a job. */
export async function storeFiles(
  trx: Db,
  { accountId, message, partId = null }: Owner,
  files: readonly ReadyFile[],
  now: Date
): Promise<void> {
  for (const file of files) {
    if (file.blob) await recordBlob(trx, file.blob, now)
    const { id } = await trx
      .insertInto('attachment')
      .values({
        message_id: message.id,
        part_id: partId,
        token: file.token,
        blob_hash: file.blob?.hash ?? null,
        ref: file.ref,
        filename: file.filename,
        mime: file.mime,
        size: file.size,
        kind: file.kind,
        inline_id: file.inlineId,
        is_hidden: file.isHidden ? 1 : 0,
        state: file.blob ? 'ready' : file.ref === null ? 'failed' : 'pending',
        created_at: now.getTime()
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    if (!file.blob && file.ref !== null) await requestMedia(trx, accountId, id, now)
  }
}
