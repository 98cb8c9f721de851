import { createHash, randomBytes } from 'node:crypto'
import { Wrong } from './error.ts'
import type { Answered, Asked, KeptFile, World } from './world.ts'

const megabyte = 1024 * 1024

/** What Meta takes, by type. */
const most: [type: RegExp, bytes: number][] = [
  [/^(image\/(jpeg|png|webp)|video\/(mp4|3gpp)|text\/plain)$/, 100 * megabyte],
  [/^audio\/(aac|mp4|mpeg|amr|opus|ogg(; codecs=opus)?)$/, 100 * megabyte],
  [/^application\/(pdf|msword|vnd\.(ms-(excel|powerpoint)|openxmlformats-.+))$/, 100 * megabyte]
]

/** POST /{phone}/media: a form with the file as its last part. */
export function takeFile(world: World, asked: Asked): Answered {
  const { headers, size } = asked
  const boundary = /^multipart\/form-data; boundary=([\w'()+,./:=?-]{1,70})$/.exec(
    headers['content-type'] ?? ''
  )?.[1]
  if (!boundary) throw new Wrong(100, 'The request is no multipart/form-data')
  if (!headers['content-length']) throw new Wrong(100, 'The length of the body is not told')
  const bytes = asked.bytes ?? Buffer.from(asked.text)
  const form = readForm(bytes, boundary)
  if (form.fields['messaging_product'] !== 'whatsapp') {
    throw new Wrong(100, '(#100) The parameter messaging_product is required.')
  }
  const { mime, filename, start } = form.file
  if (form.fields['type'] !== mime) throw new Wrong(100, 'The parameter type is not the file’s')
  const length = size - start - `\r\n--${boundary}--\r\n`.length
  const limit = most.find(([type]) => type.test(mime))?.[1]
  if (limit === undefined) throw new Wrong(131053, `Unsupported file type ${mime}`)
  if (length > limit) throw new Wrong(131053, 'The file is too large')
  const content = bytes.length === size ? bytes.subarray(start, start + length) : undefined
  return { json: { id: keepFile(world, { mime, filename, size: length }, content).id } }
}

interface Form {
  fields: Record<string, string>
  file: { mime: string; filename: string; start: number }
}

function readForm(bytes: Buffer, boundary: string): Form {
  const fields: Record<string, string> = {}
  let at = 0
  for (;;) {
    const begin = bytes.indexOf(`--${boundary}\r\n`, at)
    const end = bytes.indexOf('\r\n\r\n', begin)
    if (begin < 0 || end < 0) throw new Wrong(100, 'The form has no file')
    const head = bytes.subarray(begin, end).toString()
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? ''
    const filename = /filename="([^"]*)"/.exec(head)?.[1]
    if (name === 'file' && filename !== undefined) {
      const mime = /content-type: ([^\r\n]+)/i.exec(head)?.[1] ?? ''
      return { fields, file: { mime, filename, start: end + 4 } }
    }
    at = bytes.indexOf(`\r\n--${boundary}`, end)
    fields[name] = bytes.subarray(end + 4, at).toString()
    at += 2
  }
}

/** A file at Meta's, given by us or by a customer. */
export function keepFile(
  world: World,
  facts: Pick<KeptFile, 'mime' | 'filename'> & { size?: number },
  bytes?: Buffer
): KeptFile {
  const id = `9001002003${String(++world.count).padStart(5, '0')}`
  const sha256 = createHash('sha256')
    .update(bytes ?? '')
    .digest('base64')
  const size = facts.size ?? bytes?.length ?? 0
  const file = { ...facts, id, size, sha256, ...(bytes && { bytes: Buffer.from(bytes) }) }
  world.files.set(id, file)
  return file
}

/** GET /{media}: an address that lives for five minutes. */
export function readFile(world: World, id: string, { query }: Asked): Answered {
  const file = world.files.get(id) as KeptFile
  const owner = query['phone_number_id']
  if (owner !== undefined && !world.phones.some(phone => phone.id === owner)) {
    throw new Wrong(100, 'The file is of another number', { subcode: 33 })
  }
  const name = randomBytes(8).toString('hex')
  world.links.set(name, { file: id, until: world.now() + world.linkMs })
  return {
    json: {
      ...{ messaging_product: 'whatsapp', url: `${world.origin}/download/${name}` },
      ...{ mime_type: file.mime, sha256: file.sha256, file_size: file.size, id }
    }
  }
}

/** The host of the files: wants the token and the name of the program. */
export function downloadFile(world: World, { path, headers }: Asked): Answered {
  const link = world.links.get(path.slice('/download/'.length))
  const file = link && world.files.get(link.file)
  if (!link || !file?.bytes || link.until < world.now()) return { status: 404 }
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
  if (!world.tokens.has(token)) return { status: 401 }
  if (!headers['user-agent'] || headers['user-agent'] === 'node') return { status: 403 }
  return { body: file.bytes, headers: { 'content-type': file.mime } }
}
