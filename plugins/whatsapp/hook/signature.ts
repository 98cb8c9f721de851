import { createHmac, timingSafeEqual } from 'node:crypto'

/** Over the bytes as they came: Meta writes signs as `\uXXXX`, and JSON written anew never matches. */
export function isSigned(body: Uint8Array, header: string | undefined, appSecret: string): boolean {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1]
  if (given === undefined || appSecret === '') return false
  const wanted = createHmac('sha256', appSecret).update(body).digest()
  return timingSafeEqual(Buffer.from(given, 'hex'), wanted)
}
