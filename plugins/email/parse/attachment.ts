import type { InboundAttachment } from 'sapa/plugin-api'
import { maxHtml, maxText, type Body } from './body.ts'
import type { Mail, Part } from './decode.ts'
import { cleanFilename } from './filename.ts'
import { unpackTnef } from './tnef.ts'

const tnefTypes = new Set(['application/ms-tnef', 'application/vnd.ms-tnef'])
const signatureTypes = new Set([
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-signature'
])
/** Parts that come without a name but deserve one. */
const names: Record<string, string> = {
  'text/calendar': 'invite.ics',
  'message/rfc822': 'message.eml',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m'
}

/** The mail's files: inline images with their id, signatures hidden, what Outlook packed into winmail.dat unpacked. */
export function attachmentsOf(mail: Mail, body: Body): InboundAttachment[] {
  return [
    ...mail.parts.flatMap(part => [attachmentOf(part, body), ...unpacked(part)]),
    ...oversized(mail)
  ]
}

/** A body too long for a timeline is cut there and kept whole as a file. */
function oversized(mail: Mail): InboundAttachment[] {
  const files: InboundAttachment[] = []
  if (mail.text.length > maxText) files.push(fileOf('message.txt', 'text/plain', mail.text))
  if (mail.html.length > maxHtml) files.push(fileOf('message.html', 'text/html', mail.html))
  return files
}

function fileOf(filename: string, mime: string, text: string): InboundAttachment {
  const content = new Uint8Array(Buffer.from(text, 'utf8'))
  return { filename, mime, kind: 'file', size: content.length, content }
}

function attachmentOf(part: Part, body: Body): InboundAttachment {
  const filename = cleanFilename(part.filename) ?? names[part.mime]
  const whole = body.fullHtml ?? body.html ?? ''
  const inlineId = part.id && whole.includes(`cid:${part.id}`) ? part.id : undefined
  const isOnlyInHistory = inlineId !== undefined && !(body.html ?? '').includes(`cid:${inlineId}`)
  const isHidden = signatureTypes.has(part.mime) || isOnlyInHistory
  return {
    ...(filename && { filename }),
    mime: part.mime,
    kind: kindOf(part.mime),
    size: part.content.length,
    content: part.content,
    ...(inlineId && { inlineId }),
    ...(isHidden && { isHidden })
  }
}

function unpacked(part: Part): InboundAttachment[] {
  if (!tnefTypes.has(part.mime)) return []
  return unpackTnef(part.content).map(({ filename, content }) => ({
    filename: cleanFilename(filename) ?? 'file',
    mime: 'application/octet-stream',
    kind: 'file',
    size: content.length,
    content
  }))
}

function kindOf(mime: string): InboundAttachment['kind'] {
  const family = mime.split('/')[0]!
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}
