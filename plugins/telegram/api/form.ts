import { randomBytes } from 'node:crypto'
import type { OutboundAttachment } from 'sapa/plugin-api'
import type { FormBody } from './call.ts'

interface Part {
  name: string
  file: OutboundAttachment
}

/** A form that streams its files: none of them is ever whole in memory. */
export function formOf(values: object, parts: readonly Part[]): FormBody {
  const boundary = `sapa${randomBytes(16).toString('hex')}`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    async *bytes(last) {
      for (const [name, value] of Object.entries(values)) {
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        yield Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
        )
      }
      for (const { name, file } of parts) {
        yield Buffer.from(headOf(boundary, name, file))
        yield* file.open()
        yield Buffer.from('\r\n')
      }
      await last()
      yield Buffer.from(`--${boundary}--\r\n`)
    }
  }
}

function headOf(boundary: string, name: string, { filename, mime }: OutboundAttachment): string {
  const safe = filename.replaceAll(/["\r\n\\]/g, '_')
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(mime) ? mime : 'application/octet-stream'
  return (
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${safe}"\r\n` +
    `Content-Type: ${type}\r\n\r\n`
  )
}
