import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import { sapa } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

interface Page<Row> {
  data: Row[]
}

interface Listed {
  id: number
  subject: string
}

interface Told {
  id: number
  kind: string
  status: string
  text: string
}

/** The demo as its own process, open for visitors. */
async function openDemo(t: Test) {
  const folder = temporaryFolder(t)
  const port = String(await freePort())
  const child = spawn(process.execPath, [join(root, 'bin/sapa.js'), 'demo'], {
    env: { PATH: process.env.PATH, PORT: port, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const forget = atExit(() => child.kill('SIGKILL'))
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  t.teardown(() => {
    child.kill('SIGKILL')
    forget()
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (output += piece.toString()))
  }
  await until(() => /Ctrl-C/.test(output), { what: 'an open demo' })
  const [, url = ''] = /open on (http:\S+)/.exec(output) ?? []
  const [, email = '', password = ''] = /as (\S+) with the password (\S+)/.exec(output) ?? []
  const stop = async () => {
    child.kill('SIGTERM')
    return ended
  }
  return { folder, url, email, password, stop, output: () => output }
}

t.test('the demo opens, lives, answers and leaves nothing behind', async t => {
  const { folder, url, email, password, stop, output } = await openDemo(t)
  const dataDir = join(folder, readdirSync(folder)[0] ?? '')

  await t.test('the printed sign-in opens an inbox with real-looking people', async t => {
    const signedIn = await fetch(`${url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ email, password })
    })
    const cookie = signedIn.headers
      .getSetCookie()
      .map(one => one.split(';')[0])
      .join('; ')
    const inbox = await fetch(`${url}/inbox/all`, { headers: { cookie, accept: 'text/html' } })
    const page = await inbox.text()

    t.equal(inbox.status, 200)
    t.ok((page.match(/id="row-\d+"/g) ?? []).length >= 20)
    t.match(page, /WhatsApp/)
    t.match(page, 'Sinar Elektronik')
  })

  const { out: token } = await sapa(dataDir, ['token', 'create', '--agent', email])
  const api = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token.trim()}`,
        ...(body ? { 'content-type': 'application/json' } : {})
      },
      ...(body ? { body: JSON.stringify(body) } : {})
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }

  await t.test('an answer leaves, and its customer writes back', async t => {
    const exchange = async (channel: string, before?: number): Promise<void> => {
      const find = async () => {
        const { data } = await api<Page<{ id: number; channel: string }>>(
          '/conversations?status=open&limit=50'
        )
        return data.find(one => one.channel === channel && one.id !== before)?.id
      }
      const id = await until(find, { everyMs: 300, what: `somebody who writes by ${channel}` })
      const text = 'Baik, kami cek dan kabari hari ini.'
      const sent = await api<Told>(`/conversations/${id}/messages`, { kind: 'reply', text })
      const newest = () =>
        api<Page<Told>>(`/conversations/${id}/messages?order=desc&limit=20`).then(page => page.data)

      t.equal(sent.status, 'queued')
      const left = ['sent', 'delivered', 'read']
      const patience = { everyMs: 300 }
      const hasLeft = async () => {
        const { status = '' } = (await newest()).find(one => one.id === sent.id) ?? {}
        if (['unknown', 'cancelled'].includes(status)) throw new Error(`${id}: ${status}`)
        return ['failed', ...left].includes(status) && status
      }
      const status = await until(hasLeft, {
        ...patience,
        what: `an answer by ${channel} that left`
      })
      // One customer blocks the bot in the first minute.
      if (status === 'failed' && channel === 'telegram' && !before) return exchange(channel, id)
      t.not(status, 'failed', channel)
      await until(
        async () => (await newest()).some(one => one.id > sent.id && one.kind === 'inbound'),
        { ...patience, what: `a customer who writes back by ${channel}` }
      )
    }
    const channels = ['whatsapp', 'telegram', 'email', 'webchat']
    await Promise.all(channels.map(channel => exchange(channel)))
  })

  await t.test(
    'customers send more than words, and one waits longer than one may answer',
    async t => {
      const db = new SQLite(join(dataDir, 'sapa.db'), { readonly: true })
      t.teardown(() => db.close())
      const edited = db
        .prepare('select count(*) from message where text = ? and edited_at > 0')
        .pluck()
      const voices = db.prepare("select count(*) from attachment where kind = 'voice'").pluck()
      const blocked = db.prepare('select count(*) from identity where unreachable_at > 0').pluck()
      const come = (what: string, isThere: () => boolean) => until(isThere, { everyMs: 200, what })
      const texts = [
        'Tolong kirim ke Jalan Melati 7, Cimahi.',
        'Kalau masih ada saya mau ambil satu saja ya.'
      ]
      for (const text of texts) await come(text, () => edited.get(text) === 1)
      await come('a voice by each', () => voices.get() === 2)
      await come('somebody who blocks the bot', () => blocked.get() === 1)

      const { data } = await api<Page<Listed>>('/conversations?status=open&limit=100')
      const late = data.find(one => one.subject === 'Stok monitor 24 inci')
      const body = { kind: 'reply', text: 'Monitornya sudah datang, kak.' }
      await t.rejects(api(`/conversations/${late?.id}/messages`, body), /409 .*window_closed/)
    }
  )

  await t.test('the doctor finds it whole', async t => {
    const { code, out } = await sapa(dataDir, ['doctor'])
    t.equal(code, 0, out)
  })

  t.equal(await stop(), 0)
  t.strictSame(readdirSync(folder), [])
  t.notMatch(output(), /error|\n\s+at /i)
})
