import { notFound } from '../errors.ts'
import type { GuardedFetch } from '../plugin-host/fetch.ts'

const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/**
 * Fetches a picture that a mail points to, so that the sender learns Sapa's address at most, never the
 * agent's. Only what really is one of the four plain image types comes back. Throws not_found otherwise.
 */
export async function fetchImage(
  fetch: GuardedFetch,
  address: string
): Promise<{ mime: string; bytes: Buffer }> {
  const response = await fetch(address, { timeoutMs: 8000, maxBytes: 5 * 1024 * 1024 }).catch(
    () => null
  )
  if (!response?.ok) throw notFound('image')
  const bytes = Buffer.from(await response.arrayBuffer())
  const { fileTypeFromBuffer } = await import('file-type')
  const type = await fileTypeFromBuffer(bytes)
  if (!type || !shown.has(type.mime)) throw notFound('image')
  return { mime: type.mime, bytes }
}
