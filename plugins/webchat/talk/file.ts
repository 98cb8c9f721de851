import { randomUUID } from 'node:crypto'
import type { MediaStream, OutboundAttachment, SapaContext } from 'sapa/plugin-api'
import type { ChatDb, Message } from '../table.ts'

interface NewFile {
  name: string
  mime: string
  body: Buffer
}

/** Only these are ever shown as pictures: everything else is a thing to save. */
const pictures = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

export const isPicture = (mime: string) => pictures.has(mime)

/** An agent's file, for the visitor to fetch later. */
export async function collect(file: OutboundAttachment): Promise<NewFile> {
  const parts: Uint8Array[] = []
  for await (const part of file.open()) parts.push(part)
  return { name: file.filename, mime: file.mime, body: Buffer.concat(parts) }
}

export async function addFiles(
  trx: ChatDb,
  { seq, visitor_id, account_id }: Pick<Message, 'seq' | 'visitor_id' | 'account_id'>,
  files: readonly NewFile[],
  now: Date
): Promise<void> {
  if (files.length === 0) return
  await trx
    .insertInto('webchat_file')
    .values(
      files.map(({ name, mime, body }, place) => ({
        ...{ visitor_id, account_id, id: randomUUID(), message_seq: seq, place, name, mime, body },
        is_from_visitor: 0,
        ...{ size: body.byteLength, is_image: isPicture(mime) ? 1 : 0, created_at: now.getTime() }
      }))
    )
    .execute()
}

export const fileRef = (visitorId: number, id: string) => `${visitorId}/${id}`

/** For Sapa, which fetches what a visitor has sent. */
export async function openFile(
  db: ChatDb,
  accountId: number,
  ref: string,
  fail: SapaContext['failure']
): Promise<MediaStream> {
  const [visitor = '', id = ''] = ref.split('/')
  const file = await db
    .selectFrom('webchat_file')
    .select(['name', 'mime', 'size', 'body'])
    .where('visitor_id', '=', Number(visitor))
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (!file) throw fail('permanent', 'The file is no more')
  return { stream: once(file.body), mime: file.mime, filename: file.name, size: file.size }
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
