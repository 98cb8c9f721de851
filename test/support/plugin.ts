import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Puts a plugin into the data folder, the way an owner would. `code` is the body of `setup(sapa)`. */
export function dropPlugin(
  dataDir: string,
  id: string,
  code: string,
  more: { manifest?: object; files?: Record<string, string>; settings?: object } = {}
): void {
  const manifest = { ...manifestFor(id), ...more.manifest }
  const settings = JSON.stringify(more.settings ?? {})
  const files = {
    'plugin.json': JSON.stringify(manifest),
    'index.js': `export default { settings: ${settings}, async setup(sapa) { ${code} } }`,
    ...more.files
  }
  for (const [name, content] of Object.entries(files)) {
    const file = join(dataDir, 'plugins', id, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

export const manifestFor = (id: string) => ({
  ...{ id, version: '1.2.0', api: '^1.0', author: 'Toko Cahaya' },
  title: { en: 'Loyalty', id: 'Poin pelanggan' },
  description: { en: 'Counts points', id: 'Menghitung poin' },
  ...{ provides: [], scopes: [] }
})
