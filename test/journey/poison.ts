import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { startSapa } from '../../server/app.ts'
import { createAccount } from '../../server/channel/account/create.ts'
import { readConfig } from '../../server/config.ts'
import { dropPlugin } from '../support/plugin.ts'

export interface Poison {
  drop(text: string): void
  /** As an update of the plugin that can read what it could not. */
  heal(): void
}

/**
 * A channel of somebody else, switched on and connected: it reads text files of a folder, and some of
 * them do to their reader what no tested parser should.
 */
export async function connectPoison(dataDir: string): Promise<Poison> {
  const letters = join(dataDir, 'surat')
  mkdirSync(letters, { recursive: true })
  dropPlugin(dataDir, 'racun', '', {
    manifest: { provides: ['channel:racun'] },
    files: { 'index.js': plugin(letters), 'parse.js': parser(join(dataDir, 'sembuh')) }
  })
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const { sapa, close } = await startSapa(config, { isIdle: true, log: pino({ level: 'silent' }) })
  await sapa.plugins.activate('racun')
  await createAccount(sapa.db, sapa, { type: 'racun', name: 'Racun', form: {} }, new Date())
  await close()
  return {
    drop(text) {
      const name = String(readdirSync(letters).length).padStart(4, '0')
      writeFileSync(join(letters, name), text)
    },
    heal: () => writeFileSync(join(dataDir, 'sembuh'), '')
  }
}

const parser = (healed: string) => `
  import { existsSync } from 'node:fs'
  export function parse(raw) {
    const text = Buffer.from(raw.body).toString()
    if (text === 'lempar' && !existsSync(${JSON.stringify(healed)})) throw new Error('Bentuknya tidak dikenal')
    if (text === 'gantung') for (;;);
    if (text === 'bunuh') process.kill(process.pid, 'SIGKILL')
    const from = [{ kind: 'external', namespace: 'racun', value: 'pembeli', verified: true }]
    const id = raw.key
    return [{ type: 'message', key: id, remoteId: id, at: Date.now(), from, threadKey: 'satu', text }]
  }`

const plugin = (letters: string) => `
  import { readdirSync, readFileSync } from 'node:fs'
  import { parse } from './parse.js'
  const letters = ${JSON.stringify(letters)}
  const sleep = (ms, signal) => new Promise(resolve => {
    setTimeout(resolve, ms)
    signal.addEventListener('abort', resolve, { once: true })
  })
  async function poll(cursor, signal) {
    for (;;) {
      const names = readdirSync(letters).sort().filter(name => name > (cursor ?? ''))
      const items = names.map(name => ({ key: name, body: readFileSync(letters + '/' + name) }))
      if (items.length > 0 || signal.aborted) {
        return { items, cursor: names.at(-1) ?? cursor ?? '', more: true }
      }
      await sleep(100, signal)
    }
  }
  const capabilities = () => ({
    text: { maxLength: 1000, format: 'plain' }, hasSubject: false, hasCopies: false,
    attachments: { perStep: 0, maxBytes: 0, withText: false }, startsBy: [], sendsNotices: false,
    receipts: { delivered: false, read: false }, isIdempotent: false,
    rate: { perMinute: 600, parallel: 1 }
  })
  export default {
    settings: {},
    async setup(sapa) {
      sapa.channel({
        type: 'racun', label: { en: 'Poison', id: 'Racun' }, icon: 'mail',
        colorLight: '#000000', colorDark: '#ffffff', identityKinds: ['external'], settings: {},
        capabilities, parse, parseModule: new URL('./parse.js', import.meta.url).href,
        open: async () => ({
          poll, send: async () => { throw new Error('Tidak bisa') },
          health: async () => ({ isOk: true }), close: async () => undefined
        })
      })
    }
  }`
