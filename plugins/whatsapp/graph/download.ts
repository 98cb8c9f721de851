import { createHash } from 'node:crypto'
import type { MediaStream } from 'sapa/plugin-api'
import type { Line } from '../line.ts'
import { readFileRef } from '../parse/file.ts'
import { textOf } from '../parse/loose.ts'
import { askGraph, userAgent } from './request.ts'

/** Two steps: Meta names an address that lives for five minutes, and that address has the file. */
export async function download(line: Line, ref: string, signal: AbortSignal): Promise<MediaStream> {
  const { id, sha256 } = readFileRef(ref)
  const { settings, account } = line
  const query = { phone_number_id: settings.phoneNumberId }
  const path = encodeURIComponent(id)
  const facts = await askGraph(line, { path, query, signal }).catch((error: unknown) => {
    throw goneOr(line, error)
  })
  const url = textOf(facts['url'])
  if (!isMedia(url, settings.apiUrl)) {
    throw line.fail('permanent', 'Meta named an address that is not its own', { code: 'host' })
  }
  const response = await account.fetch(url, {
    headers: { authorization: `Bearer ${settings.accessToken}`, 'user-agent': userAgent },
    redirect: 'error',
    signal,
    ...limits
  })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw line.fail('temporary', `The file was answered with ${response.status}`, {
      code: String(response.status)
    })
  }
  const size = Number(textOf(facts['file_size']))
  const wanted = sha256 || textOf(facts['sha256'])
  return {
    stream: checked(line, response.body as unknown as AsyncIterable<Uint8Array>, wanted),
    ...(Number.isSafeInteger(size) && size > 0 && { size })
  }
}

/** Meta keeps what customers send for seven days, and then knows nothing of it. */
function goneOr(line: Line, error: unknown): unknown {
  const { detail } = error as ReturnType<Line['fail']>
  if (!gone.has(detail?.code ?? '')) return error
  return line.fail('permanent', 'Meta no longer has this file', detail)
}

const gone = new Set(['33', '100', '131052', '404', '410'])

const limits = { timeoutMs: 10 * 60_000, maxBytes: 100 * 1024 * 1024 }

/** The token goes to Meta, and to whoever the owner has put in Meta's place. */
function isMedia(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, origin } = new URL(url)
  if (origin === new URL(apiUrl).origin) return true
  return protocol === 'https:' && /(^|\.)(fbsbx\.com|facebook\.com|whatsapp\.net)$/.test(hostname)
}

/** Ends with an error when it was not the file that the message named. */
async function* checked(
  line: Line,
  stream: AsyncIterable<Uint8Array>,
  sha256: string
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const part of stream) {
    hash.update(part)
    yield part
  }
  const digest = hash.digest()
  const isRight = [digest.toString('base64'), digest.toString('hex')].includes(sha256)
  if (sha256 !== '' && !isRight) {
    throw line.fail('temporary', 'The file arrived damaged', { code: 'sha256' })
  }
}
