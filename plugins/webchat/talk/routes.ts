import type { PluginReply, PluginRoute } from 'sapa/plugin-api'
import { chatRoute, visitorRoute, type AskedByVisitor } from '../chat-route.ts'
import { getConfig } from '../config/route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatTools } from '../tools.ts'
import { getMessages } from './history.ts'
import { noteReading } from './marks.ts'
import { postMessage } from './post.ts'
import { getStream } from './stream.ts'
import { findFile, largestFile, putFile } from './upload.ts'

/** Messages, files, the stream, typing and marks. */
export function talkRoutes(tools: ChatTools): PluginRoute[] {
  return [
    chatRoute(tools, 'GET config', asked => getConfig(tools, asked), { isForeign: true }),
    chatRoute(tools, 'GET messages', asked => getMessages(tools, asked)),
    chatRoute(tools, 'POST messages', asked => postMessage(tools, asked)),
    chatRoute(tools, 'PUT files/:id', asked => putFile(tools, asked), { bodyLimit: largestFile }),
    visitorRoute(tools, 'GET files/:id', asked => getFile(tools, asked)),
    visitorRoute(tools, 'GET stream', asked => getStream(tools, asked)),
    visitorRoute(tools, 'POST typing', asked => postTyping(tools, asked)),
    visitorRoute(tools, 'PUT reading', asked => putReading(tools, asked)),
    visitorRoute(tools, 'DELETE visitor', asked => endChat(tools, asked))
  ]
}

/** Never shown by the browser itself: the panel makes a picture of it where it is one. */
async function getFile({ db }: ChatTools, { holder, request }: AskedByVisitor) {
  const file = await findFile(db, holder.visitor.id, request.params['id'] ?? '')
  if (!file) throw new Refusal('unknown_file')
  return {
    headers: {
      ...{ 'content-type': file.mime, 'cache-control': 'private, no-store' },
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
      ...{
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox"
      }
    },
    body: file.body
  }
}

const encodeName = (name: string) =>
  encodeURIComponent(name).replaceAll(/['()*]/g, one => `%${one.charCodeAt(0).toString(16)}`)

async function postTyping({ limits }: ChatTools, asked: AskedByVisitor): Promise<PluginReply> {
  const { widget, holder, request } = asked
  if (widget.settings.isFormOnly) throw new Refusal('form_only')
  limits.takeTyping(asked)
  widget.account.typing(holder.visitor.public_id, request.form?.['isTyping'] === true)
  return { status: 204 }
}

async function putReading(
  tools: ChatTools,
  { widget, holder, request, now }: AskedByVisitor
): Promise<PluginReply> {
  const [delivered, read] = [request.form?.['delivered'], request.form?.['read']]
  if (!isSeq(delivered) || !isSeq(read)) throw new Refusal('invalid')
  await noteReading(tools, widget, holder.visitor, { delivered, read }, now)
  return { status: 204 }
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** On a shared computer: this browser is nobody any more. What was written stays with the business. */
async function endChat(
  { db, streams }: ChatTools,
  { holder, hash, now }: AskedByVisitor
): Promise<PluginReply> {
  await db
    .updateTable('webchat_token')
    .set({ ended_at: now.getTime() })
    .where('hash', '=', hash)
    .where('ended_at', 'is', null)
    .execute()
  streams.endToken(holder.visitor.id, hash)
  return { status: 204 }
}
