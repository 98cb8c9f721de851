import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { pack as packTar, type Pack } from 'tar-stream'
import { Digest } from './archive.ts'

/** Writes entries one after the other. */
export class Packer {
  readonly #tar: Pack
  readonly #digest = new Digest()

  constructor(tar: Pack) {
    this.#tar = tar
  }

  async addText(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text)
    await this.#add(name, bytes.length, [bytes])
  }

  /** Answers the SHA-256 of what was read, or null when the file is not there. */
  async addFile(name: string, path: string): Promise<string | null> {
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) return null
    return this.#add(name, found.size, createReadStream(path))
  }

  /** Writes the last entry, with the digest of all before it. */
  async addEnd(name: string, facts: object): Promise<void> {
    const digest = this.#digest
    const text = JSON.stringify({ entries: digest.entries, digest: digest.end(), ...facts })
    const bytes = Buffer.from(text)
    await this.#write(name, bytes.length, [bytes])
  }

  async #add(name: string, size: number, content: Content): Promise<string> {
    const sum = await this.#write(name, size, content)
    this.#digest.add(name, size, sum)
    return sum
  }

  async #write(name: string, size: number, content: Content): Promise<string> {
    const hash = createHash('sha256')
    await new Promise<void>((resolve, reject) => {
      const entry = this.#tar.entry({ name, size, mode: 0o600 }, error =>
        error ? reject(error) : resolve()
      )
      const feed = async () => {
        for await (const piece of content) {
          hash.update(piece)
          if (!entry.write(piece)) await once(entry, 'drain')
        }
        entry.end()
      }
      feed().catch(reject)
    })
    return hash.digest('hex')
  }
}

type Content = Iterable<Buffer> | AsyncIterable<Buffer>

/** A tar file that is complete and on the disk when it returns. */
export async function writeTar(
  file: string,
  fill: (packer: Packer) => Promise<void>
): Promise<void> {
  const tar = packTar()
  const out = createWriteStream(file, { mode: 0o600, flush: true })
  const written = pipeline(tar, out)
  const filled = fill(new Packer(tar)).then(() => tar.finalize())
  // A full disk ends `written`, and nobody would ever take what `fill` still gives.
  const failed = written.then(() => new Promise<never>(() => undefined))
  try {
    await Promise.race([filled, failed])
    await written
  } catch (error) {
    tar.destroy()
    await written.catch(() => undefined)
    throw error
  }
}
