import { Type, type Static } from '../web/type.ts'
import { recordBlob } from '../blob/record.ts'
import type { Blob } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { DomainError, InvalidInput } from '../errors.ts'
import { recordUpload } from '../inbox/composer/upload.ts'
import type { Sapa } from '../sapa.ts'
import { line } from './schema.ts'

const maxFileBytes = 20 * 1024 * 1024
/** Base64 takes four characters for three bytes; the rest of a body is small. */
export const maxBodyBytes = Math.ceil(maxFileBytes / 3) * 4 + 1024 * 1024

export const file = Type.Object({
  filename: line(300),
  mime: Type.Optional(Type.String({ pattern: '^[\\w.+-]{1,100}/[\\w.+-]{1,100}$' })),
  content: Type.String({ minLength: 1, contentEncoding: 'base64' })
})

/** Files in the message itself, or tokens of `POST /uploads`. */
export const attachments = Type.Array(
  Type.Union([
    Type.String({ minLength: 10, maxLength: 64, description: 'Token of an upload' }),
    file
  ]),
  { maxItems: 10 }
)

export type KeptFile = string | { blob: Blob; filename: string; mime: string }

/** Puts the files on the disk, before the transaction that makes rows of them. */
export async function keepFiles(
  sapa: Pick<Sapa, 'blobs'>,
  given: Static<typeof attachments> = []
): Promise<KeptFile[]> {
  return Promise.all(
    given.map(async one => {
      if (typeof one === 'string') return one
      const blob = await sapa.blobs.put(bytesOf(one.content), { maxBytes: maxFileBytes })
      return { blob, filename: one.filename, mime: one.mime ?? 'application/octet-stream' }
    })
  )
}

/** Makes uploads of the kept files; a message takes them by their tokens. */
export async function recordFiles(
  trx: Db,
  agentId: number,
  files: KeptFile[],
  now: Date
): Promise<string[]> {
  const tokens: string[] = []
  for (const one of files) {
    if (typeof one === 'string') tokens.push(one)
    else {
      await recordBlob(trx, one.blob, now)
      tokens.push((await recordUpload(trx, agentId, one, now)).token)
    }
  }
  return tokens
}

function bytesOf(content: string): Buffer {
  const bytes = Buffer.from(content, 'base64')
  // Node reads what is not base64 as far as it can: the way back tells. At most two signs: a row of
  // them would be tried from each one.
  if (bytes.toString('base64').replace(/={1,2}$/, '') !== content.replace(/={1,2}$/, '')) {
    throw new InvalidInput({ attachments: 'error.field.format' })
  }
  if (bytes.byteLength > maxFileBytes) throw new DomainError('too_large', 413)
  return bytes
}
