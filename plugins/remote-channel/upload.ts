import type { MediaStream, SapaContext } from 'sapa/plugin-api'
import type { RemoteDb } from './table.ts'

/** What one program may leave with us until the messages are read. */
const quotaBytes = 300 * 1024 * 1024

export interface Upload {
  id: string
  mime: string
  body: Uint8Array
}

/** Keeps a file until core has fetched it. The same again is harmless; another one of that name is refused. */
export async function keepUpload(
  db: RemoteDb,
  accountId: number,
  { id, mime, body }: Upload,
  now: number
): Promise<'kept' | 'known' | 'taken' | 'full'> {
  const before = await findUpload(db, accountId, id)
  if (before) return Buffer.compare(before.body, body) === 0 ? 'known' : 'taken'
  const held = await db
    .selectFrom('remote_channel_upload')
    .select(eb => eb.fn.sum<number>('size').as('size'))
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if ((held?.size ?? 0) + body.byteLength > quotaBytes) return 'full'
  const row = { account_id: accountId, id, mime, size: body.byteLength, created_at: now }
  const result = await db
    .insertInto('remote_channel_upload')
    .values({ ...row, body: Buffer.from(body) })
    .onConflict(conflict => conflict.columns(['account_id', 'id']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0 ? 'kept' : 'taken'
}

/** For core, which asks again for some hours when the file is not there yet. */
export async function openUpload(
  db: RemoteDb,
  accountId: number,
  id: string,
  fail: SapaContext['failure']
): Promise<MediaStream> {
  const upload = await findUpload(db, accountId, id)
  if (!upload) throw fail('temporary', 'The program has not uploaded this file yet')
  return { stream: once(upload.body), mime: upload.mime, size: upload.body.byteLength }
}

function findUpload(db: RemoteDb, accountId: number, id: string) {
  return db
    .selectFrom('remote_channel_upload')
    .select(['mime', 'body'])
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
