import type { ChannelFailure } from 'sapa/plugin-api'
import { readObject, type Loose } from '../parse/loose.ts'
import type { Line } from '../line.ts'
import { refusalOf } from './refusal.ts'

export interface GraphRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Below the version, such as `123/messages`. */
  path: string
  query?: Record<string, string>
  json?: object
  body?: AsyncIterable<Uint8Array>
  headers?: Record<string, string>
  timeoutMs?: number
  signal?: AbortSignal | undefined
}

/** Meta turns away some programs that do not say who they are. */
export const userAgent = 'Sapa'

/** One question to the Graph API. Throws what a channel throws; what is answered well but is no JSON is empty. */
export async function askGraph(line: Line, request: GraphRequest): Promise<Loose> {
  const response = await reach(line, request)
  const text = await response.text().catch((error: unknown) => {
    throw lost(line, error)
  })
  const answer = readJson(text)
  if (!response.ok) throw refusalOf(line, response, answer)
  return answer
}

async function reach(line: Line, request: GraphRequest): Promise<Response> {
  const { account, settings } = line
  const { method = 'GET', json, body, timeoutMs = 30_000, signal } = request
  const options = {
    method,
    timeoutMs,
    headers: {
      authorization: `Bearer ${settings.accessToken}`,
      'user-agent': userAgent,
      ...(json && { 'content-type': 'application/json' }),
      ...request.headers
    },
    // A token must not travel to where an answer leads.
    redirect: 'error' as const,
    ...(signal && { signal }),
    ...(json
      ? { body: JSON.stringify(json) }
      : body
        ? { body: body as unknown as ReadableStream }
        : {})
  }
  try {
    return await account.fetch(graphUrl(line, request), options)
  } catch (error) {
    throw unreached(line, error)
  }
}

function graphUrl({ settings }: Line, { path, query = {} }: GraphRequest): string {
  const search = new URLSearchParams(query).toString()
  return `${settings.apiUrl}/${settings.apiVersion}/${path}${search && `?${search}`}`
}

/** Nobody was there: surely nothing has happened. */
const never = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...[
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID'
  ]
])

function unreached(line: Line, error: unknown): ChannelFailure {
  const { code, name } = error as { code?: string; name?: string }
  if (name === 'HostRefused') {
    return line.fail('temporary', 'Sapa may not reach the address of the API', { code: 'host' })
  }
  if (!never.has(code ?? '')) return lost(line, error)
  return line.fail('temporary', 'The API cannot be reached', { code: String(code) })
}

/** It was asked, and what became of it is not known. */
function lost(line: Line, error: unknown): ChannelFailure {
  const { code, name } = error as { code?: string; name?: string }
  const text = 'The connection ended before the API had answered'
  return line.fail('unknown_outcome', text, { code: code ?? name ?? 'cut' })
}

function readJson(text: string): Loose {
  try {
    return readObject(JSON.parse(text))
  } catch {
    return {}
  }
}
