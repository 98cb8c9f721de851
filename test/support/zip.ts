import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { manifestFor } from './plugin.ts'

/** A zip file in memory; a mode makes links and the like. */
export async function zipOf(
  files: Record<string, string | Uint8Array>,
  modes: Record<string, number> = {}
): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) {
    const mode = modes[name]
    zip.addBuffer(Buffer.from(content), name, mode === undefined ? {} : { mode })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** A plugin as a zip file. `code` is the body of `setup(sapa)`. */
export function pluginZip(
  id: string,
  code: string,
  more: { manifest?: object; files?: Record<string, string | Uint8Array>; top?: string } = {}
): Promise<Buffer> {
  const { manifest, files = {}, top = '' } = more
  const all = {
    'plugin.json': JSON.stringify({ ...manifestFor(id), ...manifest }),
    'index.js': `export default { async setup(sapa) { ${code} } }`,
    ...files
  }
  return zipOf(
    Object.fromEntries(Object.entries(all).map(([name, text]) => [`${top}${name}`, text]))
  )
}

/** As it comes over the net. */
export async function* inPieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
