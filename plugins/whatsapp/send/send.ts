import type { OutboundStep, SendResult } from 'sapa/plugin-api'
import { askGraph } from '../graph/request.ts'
import { upload } from '../graph/upload.ts'
import type { Line } from '../line.ts'
import { objectsOf, textOf } from '../parse/loose.ts'
import { bodyOf } from './body.ts'
import { takenAs } from './kind.ts'
import { mediaType, type Media } from './media.ts'
import { whatsappText } from './text.ts'

/** One message. Files are given to Meta before; they are sent to nobody by that. */
export async function send(
  line: Line,
  given: OutboundStep,
  listTitle: string
): Promise<SendResult> {
  const step = { ...given, text: whatsappText(given.text) }
  const media = await mediaOf(line, step)
  if (step.ending?.aborted) {
    throw line.fail('rate_limited', 'Sapa is stopping', { retryAfterMs: 1000, scope: 'thread' })
  }
  const json = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...(await addressOf(line, step)),
    ...bodyOf(step, media, listTitle),
    ...(step.quote && { context: { message_id: step.quote.remoteId } }),
    ...(step.kind !== 'action' && { biz_opaque_callback_data: step.clientRef })
  }
  await step.begin()
  const path = `${line.settings.phoneNumberId}/messages`
  const answer = await askGraph(line, { method: 'POST', path, json, signal: step.signal })
  const [message] = objectsOf(answer['messages'])
  const remoteId = textOf(message?.['id'])
  if (remoteId === '') {
    throw line.fail('unknown_outcome', 'The API gave no id for the message', { code: 'answer' })
  }
  return { remoteId, status: 'accepted' }
}

/** A number keeps itself known to us; who has none is reached by Meta's own id. */
async function addressOf(
  { people, account, now }: Line,
  { to }: Pick<OutboundStep, 'to'>
): Promise<object> {
  if (to.kind === 'phone') return { to: to.value.replace(/^\+/, '') }
  const phone = await people.phoneOf(account.facts.id, to.value, now())
  return phone === null ? { recipient: to.value } : { to: phone }
}

async function mediaOf(line: Line, step: OutboundStep): Promise<Media | null> {
  const [file] = step.attachments
  if (!file || step.template) return null
  const mime = takenAs(file.mime)
  if (mime === null) {
    throw line.fail('permanent', `WhatsApp takes no ${file.mime}`, { code: 'file_kind' })
  }
  const type = mediaType({ ...file, mime }, step.text !== '')
  const sent = type === 'audio' && mime === 'audio/ogg' ? 'audio/ogg; codecs=opus' : mime
  return { type, id: await upload(line, file, sent, step.signal), filename: file.filename }
}
