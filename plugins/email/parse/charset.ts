import { Transform, type TransformCallback } from 'node:stream'

/** 0x80 to 0x9F of windows-1252. `TextDecoder` of Node 20 gets these wrong. */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ'

/**
 * Reads bytes that claim to be ASCII or UTF-8, or claim nothing: as UTF-8 when they are, else as windows-1252,
 * which is what programs write that do not know what they write.
 */
export function decodeLoosely(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const broken = count(text, '\uFFFD')
  if (broken === 0) return text
  return broken <= countBeyondAscii(text) - broken ? text : decodeWindows1252(bytes)
}

function decodeWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return text.replace(/[\u0080-\u009F]/g, character => high[character.charCodeAt(0) - 0x80]!)
}

/** A stream that gathers bytes, reads them loosely and gives UTF-8. */
export class LooseDecoder extends Transform {
  #chunks: Buffer[] = []

  override _transform(
    chunk: Buffer | string,
    encoding: BufferEncoding,
    done: TransformCallback
  ): void {
    this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    done()
  }

  override _flush(done: TransformCallback): void {
    this.push(Buffer.from(decodeLoosely(Buffer.concat(this.#chunks)), 'utf8'))
    done()
  }
}

function count(text: string, character: string): number {
  let found = 0
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1
  return found
}

function countBeyondAscii(text: string): number {
  let found = 0
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) found += 1
  return found
}
