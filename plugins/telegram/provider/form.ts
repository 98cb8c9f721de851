import type { IncomingMessage } from 'node:http'
import { badRequest, Refused } from './refuse.ts'

export interface FormFile {
  filename: string
  mime: string
  size: number
  /** Of a large file only its beginning. */
  bytes: Buffer
}

export interface Form {
  values: Record<string, unknown>
  files: Map<string, FormFile>
}

/** As nginx in front of the real one. */
const maxBody = 52 * 1024 * 1024

/** The parameters of one call: JSON, a form, or a form with files. */
export async function readForm(request: IncomingMessage, query: URLSearchParams): Promise<Form> {
  const body = await readBody(request)
  const values: Record<string, unknown> = Object.fromEntries(query)
  const files: Form['files'] = new Map()
  const type = request.headers['content-type'] ?? ''
  if (body.length === 0) return { values, files }
  if (type.startsWith('application/json')) return { values: { ...values, ...json(body) }, files }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const given = Object.fromEntries(new URLSearchParams(body.toString()))
    return { values: { ...values, ...given }, files }
  }
  const [, boundary] = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(type) ?? []
  if (boundary === undefined) throw badRequest('unsupported content type')
  for (const part of partsOf(body, boundary)) {
    if ('file' in part) files.set(part.name, part.file)
    else values[part.name] = part.value
  }
  return { values, files }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBody) chunks.push(chunk)
  }
  if (size > maxBody) throw new Refused(413, 'Request Entity Too Large')
  return Buffer.concat(chunks)
}

function json(body: Buffer): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(body.toString())
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
      return given as Record<string, unknown>
    }
  } catch {
    // Told below, as for any other body that is no object.
  }
  throw badRequest("can't parse JSON object")
}

type Part = { name: string } & ({ file: FormFile } | { value: string })

function partsOf(body: Buffer, boundary: string): Part[] {
  const mark = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let at = body.indexOf(mark)
  for (;;) {
    const from = at + mark.length
    if (at === -1) throw badRequest('the form has no end')
    if (body.subarray(from, from + 2).toString() === '--') return parts
    at = body.indexOf(mark, from)
    if (at === -1) throw badRequest('the form has no end')
    parts.push(partOf(body.subarray(from + 2, at - 2)))
  }
}

function partOf(bytes: Buffer): Part {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, end).toString()
  const content = Buffer.from(bytes.subarray(end + 4))
  const name = /name="([^"]*)"/.exec(head)?.[1]
  if (end === -1 || name === undefined) throw badRequest('a part of the form has no name')
  const filename = /filename="([^"]*)"/.exec(head)?.[1]
  if (filename === undefined) return { name, value: content.toString() }
  const mime = /content-type: *(\S+)/i.exec(head)?.[1] ?? 'application/octet-stream'
  return { name, file: { filename, mime, size: content.length, bytes: content } }
}
