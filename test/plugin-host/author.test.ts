import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { setup } from '../support/app.ts'
import { sapa } from '../support/command.ts'
import { shop } from '../support/command-world.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer } from '../support/process.ts'
import { until } from '../support/until.ts'

const manifest = {
  ...{ id: 'tamu', version: '1.0.0', api: '^1.0', author: 'Toko Cahaya' },
  title: { en: 'Guest book', id: 'Buku tamu' },
  description: { en: 'Says a word', id: 'Menyebut satu kata' },
  ...{ provides: [], scopes: [] }
}

/** As `npm run dev` starts it. */
const dev = { SAPA_DEV: '1', NODE_OPTIONS: '--enable-source-maps' }

/** A server in a process of its own, with a plugin in TypeScript that says a word. */
async function authorsWorld(t: Test, env: Record<string, string>) {
  const dataDir = await shop(t)
  const code = (more = '') => `import { word } from './word.ts'
import type { SapaPlugin } from 'sapa/plugin-api'
export default {
  async setup(sapa) {
    ${more}
    const handle = async () => ({ body: word as string })
    sapa.route({ method: 'GET', path: '/kata', access: 'public', handle })
  }
} satisfies SapaPlugin`
  const folder = join(dataDir, 'plugins/tamu')
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text)
  mkdirSync(folder, { recursive: true })
  save('plugin.json', JSON.stringify(manifest))
  save('index.ts', code())
  save('word.ts', `export const word = 'satu'`)
  const server = await startServer(t, { dataDir, env })
  const word = async () => {
    const response = await fetch(`${server.url}/p/tamu/kata`)
    return response.ok ? response.text() : String(response.status)
  }
  const says = (pattern: RegExp) =>
    until(() => server.stderr.find(line => pattern.test(line)), {
      what: `${pattern.source} in: ${server.stderr.join('\n').slice(-2000)}`
    })
  t.match(await sapa(dataDir, ['plugin', 'activate', 'tamu']), { code: 0 })
  await until(async () => (await word()) === 'satu')
  return { dataDir, server, save, word, says, code }
}

t.test('what an author saves runs, and what fails leaves the version before', async t => {
  const { server, save, word, says, code } = await authorsWorld(t, dev)
  const { pid } = server

  save('word.ts', `export const word = 'dua'`)
  await until(async () => (await word()) === 'dua')
  t.match(await says(/^tamu: reloaded in \d+ ms/), 'reloaded')

  save('word.ts', `export const word = 'dua'\nexport const rusak = {`)
  t.match(await says(/^tamu: not taken/), /word\.ts:2 /, 'file and line of a slip')
  t.equal(await word(), 'dua')

  save('word.ts', `export const word = 'empat'`)
  await until(async () => (await word()) === 'empat')
  save('index.ts', code(`throw new Error('Tabel belum ada')`))
  await says(/^tamu: Error: Tabel belum ada/)
  t.match(await says(/ at plugins\/tamu\//), 'plugins/tamu/index.ts:5', 'its own file and line')
  await says(/^tamu: not reloaded, the version before still runs/)
  t.equal(await word(), 'empat')

  save('index.ts', code(`sapa.log.info({}, 'siap')`))
  save('word.ts', `export const word = 'lima'`)
  await until(async () => (await word()) === 'lima')
  t.equal(server.pid, pid, 'without a restart')
})

t.test('elsewhere a saved file waits for the owner', async t => {
  const { app, sapa: running, dataDir } = await setup(t)
  const files = (said: string) => ({
    'word.js': `export const word = '${said}'`,
    'index.js': `import { word } from './word.js'
      export default { setup(sapa) {
        sapa.route({ method: 'GET', path: '/kata', access: 'public', handle: async () => ({ body: word }) })
      } }`
  })
  dropPlugin(dataDir, 'tamu', '', { files: files('satu') })
  await running.plugins.activate('tamu')

  dropPlugin(dataDir, 'tamu', '', { files: files('dua') })
  await running.plugins.scan()

  t.match(await running.plugins.find('tamu'), { state: 'active', offer: { version: '1.2.0' } })
  t.equal((await app.inject('/p/tamu/kata')).body, 'satu')
  t.match(await running.plugins.update('tamu'), { state: 'active', offer: null })
  t.equal((await app.inject('/p/tamu/kata')).body, 'dua')
})

t.test('SAPA_TRACE=hooks prints each call with plugin, time and result', async t => {
  const { word, says, server } = await authorsWorld(t, { SAPA_TRACE: 'hooks' })

  await word()

  t.match(
    await says(/route GET \/kata/),
    /^\d\d:\d\d:\d\d\.\d{3} {2}tamu +route GET \/kata +\d+\.\d\d ms {2}ok$/
  )
  t.notMatch(server.stderr.join('\n'), /satu/, 'never what was passed')
})
