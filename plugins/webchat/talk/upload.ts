import type { PluginReply } from 'sapa/plugin-api'
import type { Asked, AskedByVisitor } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatDb } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { ChatFile } from '../wire.ts'
import { isPicture } from './file.ts'
import { fileName, kindOf } from './file-kind.ts'
import { makeKnown } from './known.ts'
import { isUuid } from './post.ts'

const megabyte = 1024 * 1024
export const largestFile = 10 * megabyte

/** Of one visitor, and of all that nobody has sent yet. */
const visitorQuota = 60 * megabyte
const unsentQuota = 500 * megabyte

/** `PUT files/<id>`: kept for the message that will name it; the same id with the same bytes is the same file. */
export async function putFile(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { request, widget } = asked
  const { files, isFormOnly } = widget.settings
  if (isFormOnly) throw new Refusal('form_only')
  if (!files.isAllowed) throw new Refusal('no_files')
  const id = request.params['id']
  if (!isUuid(id)) throw new Refusal('invalid')
  if (request.body.byteLength === 0) throw new Refusal('empty_file')
  if (request.body.byteLength > files.maxBytes) throw new Refusal('too_large')
  const given = nameIn(request.headers['x-filename'])
  const mime = await kindOf(request.body, given)
  if (mime === null) throw new Refusal('file_type')
  tools.limits.takeFile(asked)
  const known = await makeKnown(tools, asked)
  const file = await keep(tools.db, known, { id, mime, name: fileName(given, mime) })
  return { status: 201, headers: { 'cache-control': 'no-store' }, body: file }
}

function nameIn(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? '').slice(0, 500)
  } catch {
    throw new Refusal('invalid')
  }
}

async function keep(
  db: ChatDb,
  { holder, widget, request, now }: AskedByVisitor,
  { id, name, mime }: Pick<ChatFile, 'id' | 'name' | 'mime'>
): Promise<ChatFile> {
  const body = Buffer.from(request.body)
  const file = { id, name, mime, size: body.byteLength, isImage: isPicture(mime) }
  const place = { visitor_id: holder.visitor.id, account_id: widget.account.facts.id }
  return db.transaction().execute(async trx => {
    const before = await findFile(trx, place.visitor_id, id)
    if (before && !Buffer.from(before.body).equals(body)) throw new Refusal('invalid')
    if (before) return file
    await checkQuota(trx, place.visitor_id, file.size)
    await trx
      .insertInto('webchat_file')
      .values({
        ...{ ...place, id, name, mime, size: file.size, body, created_at: now.getTime() },
        ...{ is_image: file.isImage ? 1 : 0, is_from_visitor: 1 }
      })
      .execute()
    return file
  })
}

async function checkQuota(trx: ChatDb, visitorId: number, size: number): Promise<void> {
  const own = await trx
    .selectFrom('webchat_file')
    .select(eb => eb.fn.sum<number | null>('size').as('size'))
    .where('visitor_id', '=', visitorId)
    .where('is_from_visitor', '=', 1)
    .executeTakeFirst()
  const unsent = await trx
    .selectFrom('webchat_file')
    .select(eb => eb.fn.sum<number | null>('size').as('size'))
    .where('message_seq', 'is', null)
    .executeTakeFirst()
  const isFull = (own?.size ?? 0) + size > visitorQuota || (unsent?.size ?? 0) + size > unsentQuota
  if (isFull) throw new Refusal('quota', 60 * 60_000)
}

export function findFile(db: ChatDb, visitorId: number, id: string) {
  return db
    .selectFrom('webchat_file')
    .select(['name', 'mime', 'body'])
    .where('visitor_id', '=', visitorId)
    .where('id', '=', id)
    .executeTakeFirst()
}
