import { randomBytes } from 'node:crypto'
import type { OutboundAttachment } from 'sapa/plugin-api'
import type { Line } from '../line.ts'
import { textOf } from '../parse/loose.ts'
import { askGraph } from './request.ts'

/** Gives a file to Meta, piece by piece, and answers its id there. Nothing is sent by that. */
export async function upload(
  line: Line,
  file: OutboundAttachment,
  mime: string,
  signal: AbortSignal
): Promise<string> {
  const boundary = `sapa-${randomBytes(12).toString('hex')}`
  const head = Buffer.from(
    `${field(boundary, 'messaging_product', 'whatsapp')}${field(boundary, 'type', mime)}` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(file.filename)}"\r\n` +
      `content-type: ${mime}\r\n\r\n`
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const answer = await askGraph(line, {
    ...{ method: 'POST', path: `${line.settings.phoneNumberId}/media`, signal },
    body: whole(head, file, tail),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + file.size + tail.length)
    },
    // 100 MB over a thin line.
    timeoutMs: 15 * 60_000
  }).catch((error: unknown) => {
    throw notSent(line, error)
  })
  const id = textOf(answer['id'])
  if (id === '') throw line.fail('temporary', 'The API gave no id for the file', { code: 'media' })
  return id
}

async function* whole(head: Buffer, file: OutboundAttachment, tail: Buffer) {
  yield head
  yield* file.open()
  yield tail
}

const field = (boundary: string, name: string, value: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

const quoted = (name: string) => name.replaceAll(/[\r\n]/g, ' ').replaceAll('"', '%22')

/** A file that may have arrived is no message yet: it can be given again. */
function notSent(line: Line, error: unknown): unknown {
  const { failure, message, detail } = error as ReturnType<Line['fail']>
  return failure === 'unknown_outcome' ? line.fail('temporary', message, detail) : error
}
