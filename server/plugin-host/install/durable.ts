import { createReadStream } from 'node:fs'
import { open, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Opens the file only when it is read: an error before that would have no listener. */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  const content: AsyncIterable<Uint8Array> = createReadStream(file)
  yield* content
}

/** Writes a file that is on the disk when this returns. */
export async function writeDurably(
  file: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'wx', 0o600)
  try {
    for await (const piece of content) await handle.writeFile(piece)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes new names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
