import { findVisible, type Viewer } from '../conversation/access.ts'
import type { Attachment } from '../conversation/table.ts'
import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { conflict, notFound } from '../errors.ts'
import type { Reply } from '../web/app.ts'

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

/** The only types that a browser may show; everything else is bytes to keep. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** As something to save, in no way as a page. */
export function sendFile(reply: Reply, blobs: BlobStore, file: ReadyFile): Reply {
  return reply
    .header('content-disposition', disposition(file.filename))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .type(shown.has(file.mime) ? file.mime : 'application/octet-stream')
    .send(blobs.stream(file.blob_hash))
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
