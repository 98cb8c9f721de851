import { stat } from 'node:fs/promises'
import { findVisible, type Viewer } from '../conversation/access.ts'
import type { Attachment } from '../conversation/table.ts'
import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { conflict, notFound } from '../errors.ts'
import type { Reply } from '../web/app.ts'
import { byteRange } from './byte-range.ts'
import { mediaType } from './media-type.ts'

type ReadyFile = Attachment & { blob_hash: string }

/** A file of a conversation that the viewer may see, or an upload of their own. Throws not_found. */
export async function findFile(db: Db, viewer: Viewer, token: string): Promise<ReadyFile> {
  const file = await db
    .selectFrom('attachment')
    .leftJoin('message', 'message.id', 'attachment.message_id')
    .selectAll('attachment')
    .select('message.conversation_id')
    .where('attachment.token', '=', token)
    .executeTakeFirst()
  if (!file) throw notFound('attachment')
  if (file.conversation_id !== null) await findVisible(db, file.conversation_id, viewer)
  else if (file.agent_id !== viewer.id) throw notFound('attachment')
  if (file.blob_hash === null) throw conflict('attachment_not_ready')
  return { ...file, blob_hash: file.blob_hash }
}

/** As something to save or to play, in no way as a page. Players ask for parts. */
export async function sendFile(
  reply: Reply,
  blobs: BlobStore,
  file: ReadyFile,
  wanted?: string
): Promise<Reply> {
  const { size } = await stat(blobs.path(file.blob_hash))
  const range = byteRange(wanted, size)
  reply
    .header('content-disposition', disposition(file.filename))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('accept-ranges', 'bytes')
    .type(mediaType(file.mime) ?? 'application/octet-stream')
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${size}`).send()
  if (range === null) {
    return reply.header('content-length', size).send(blobs.stream(file.blob_hash))
  }
  const { start, end } = range
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${size}`)
    .header('content-length', end - start + 1)
    .send(blobs.stream(file.blob_hash, range))
}

/** RFC 6266: an ASCII name for old readers and the real one in UTF-8; never a quote or a line break. */
export function disposition(filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const full = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16)}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
