import type { Readable } from 'node:stream'
import { recordBlob } from '../../blob/record.ts'
import type { Blob } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { DomainError } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import { randomToken } from '../../secret/token.ts'

/** Also the limit of the web server's form reader. */
export const maxUploadBytes = 30 * 1024 * 1024

export interface Upload {
  filename: string
  mimetype: string
  /** `truncated`: it was longer than a file may be. */
  file: Readable & { truncated?: boolean }
}

/** What one person may keep waiting for a message; two uploads at once may go over it by one file. */
const mostWaiting = { bytes: 500 * 1024 * 1024, files: 500 }

/** Throws before a byte is kept: nobody fills the disk with files that belong to nothing. */
export async function checkRoom(db: Db, agentId: number): Promise<void> {
  const { bytes, files } = await db
    .selectFrom('attachment')
    .select(({ fn }) => [
      fn.sum<number | null>('size').as('bytes'),
      fn.countAll<number>().as('files')
    ])
    .where('agent_id', '=', agentId)
    .where('message_id', 'is', null)
    .executeTakeFirstOrThrow()
  if ((bytes ?? 0) >= mostWaiting.bytes || files >= mostWaiting.files) {
    throw new DomainError('too_many_uploads', 413)
  }
}

/** Keeps a file that an agent has picked; it waits without a message until the reply takes it. */
export async function keepUpload(
  sapa: Pick<Sapa, 'db' | 'blobs'>,
  agentId: number,
  upload: Upload,
  now: Date
): Promise<{ token: string; filename: string; size: number }> {
  await checkRoom(sapa.db, agentId)
  const blob = await sapa.blobs.put(upload.file)
  if (upload.file.truncated) throw new DomainError('too_large', 413)
  const mime = upload.mimetype || 'application/octet-stream'
  return inTransaction(sapa.db, async trx => {
    await recordBlob(trx, blob, now)
    return recordUpload(trx, agentId, { blob, mime, filename: upload.filename }, now)
  })
}

/** The row of a file that is on the disk already, with the token that names it. */
export async function recordUpload(
  trx: Db,
  agentId: number,
  file: { blob: Blob; filename: string; mime: string },
  now: Date
): Promise<{ token: string; filename: string; size: number }> {
  const { hash, size } = file.blob
  const token = randomToken()
  const filename = cleanName(file.filename)
  await trx
    .insertInto('attachment')
    .values({
      message_id: null,
      agent_id: agentId,
      token,
      blob_hash: hash,
      ref: null,
      filename,
      mime: file.mime,
      size,
      inline_id: null,
      created_at: now.getTime()
    })
    .execute()
  return { token, filename, size }
}

/** Forgets an upload of the agent's own that no message has taken. Its bytes go with the next sweep. */
export async function removeUpload(db: Db, agentId: number, token: string): Promise<void> {
  await db
    .deleteFrom('attachment')
    .where('token', '=', token)
    .where('agent_id', '=', agentId)
    .where('message_id', 'is', null)
    .execute()
}

/** Base name without control and direction characters, at most 150 characters. */
function cleanName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? ''
  return (
    base
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .trim()
      .slice(0, 150) || 'file'
  )
}
