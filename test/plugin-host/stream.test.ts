import { connect } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { setup as setupApp } from '../support/app.ts'
import { hangMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

const code = `
  globalThis.seen = []
  globalThis.streams = new Set()
  sapa.route({ method: 'GET', path: '/kabar/:kunci', access: 'public', mount: 'site', isForeign: true,
    rate: { max: 100_000, perMs: 60_000 },
    handle: async request => ({
      headers: { 'access-control-allow-origin': '*' },
      events: stream => {
        globalThis.streams.add(stream)
        stream.signal.addEventListener('abort', () => globalThis.seen.push('aborted'))
        stream.send({ id: '7', name: 'sejak', data: { last: request.headers['last-event-id'] ?? null } })
        return () => { globalThis.seen.push('gone'); globalThis.streams.delete(stream) }
      } }) })
  sapa.route({ method: 'GET', path: '/kabar/pecah', access: 'public', mount: 'site',
    handle: async () => ({ events: () => { throw new Error('tidak jadi') } }) })
  sapa.route({ method: 'GET', path: '/agen', access: 'agent', handle: async () => ({
    events: stream => { stream.send({ data: 'baris satu\\nbaris dua' }); stream.end() } }) })
  sapa.route({ method: 'GET', path: '/salah', access: 'agent', handle: async () => ({ events: 'ya' }) })`

interface Told {
  send(event: { id?: string; name?: string; data: string | object }): boolean
  end(): void
}
declare global {
  var streams: Set<Told>
}

async function setup(t: Test) {
  const world = await setupApp(t)
  dropPlugin(world.dataDir, 'kabar', code, { manifest: { paths: ['/kabar/'] } })
  t.equal((await world.sapa.plugins.activate('kabar')).reason, null)
  const origin = await world.app.listen({ host: '127.0.0.1', port: 0 })
  return { ...world, origin }
}

/** Reads a stream until it ends or is left. */
function listen(t: Test, url: string, headers: Record<string, string> = {}) {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const ear = { text: '', isOver: false, headers: new Headers(), leave: () => abort.abort() }
  const read = async () => {
    const response = await fetch(url, { headers, signal: abort.signal })
    ear.headers = response.headers
    for await (const chunk of response.body ?? []) {
      ear.text += Buffer.from(chunk as Uint8Array).toString()
    }
  }
  void read()
    .catch(() => {})
    .finally(() => (ear.isOver = true))
  return ear
}

t.test('events reach who listens, from where they have left off', async t => {
  const { origin } = await setup(t)
  const ear = listen(t, `${origin}/kabar/k1`, { 'last-event-id': '41' })
  await until(() => ear.text.includes('sejak'))

  t.match(ear.headers.get('content-type'), /^text\/event-stream/)
  t.equal(ear.headers.get('x-accel-buffering'), 'no')
  t.match(ear.headers.get('cache-control'), /no-store/)
  t.equal(ear.headers.get('content-encoding'), null)
  t.equal(ear.headers.get('access-control-allow-origin'), '*')
  t.equal(ear.headers.get('x-content-type-options'), 'nosniff')
  t.match(ear.text, 'event: sejak\nid: 7\ndata: {"last":"41"}\n\n')

  const [stream] = globalThis.streams
  t.equal(stream?.send({ id: '8', data: 'Halo\nBu Rina' }), true)
  await until(() => ear.text.endsWith('id: 8\ndata: Halo\ndata: Bu Rina\n\n'))
  t.throws(() => stream?.send({ id: '9\ndata: palsu', data: 'x' }), /one line/)

  ear.leave()
  await until(() => globalThis.streams.size === 0)
  t.same(globalThis.seen, ['aborted', 'gone'])
  t.equal(stream?.send({ data: 'Masih di sana?' }), false)
  stream?.end()
  t.same(globalThis.seen, ['aborted', 'gone'], 'once')
})

t.test('a plugin ends a stream, also where agents listen', async t => {
  const { app, as, origin } = await setup(t)

  const response = await app.inject(as.agent({ url: '/p/kabar/agen' }))
  t.match(response.body, /data: baris satu\ndata: baris dua\n\n$/)
  const wrong = await app.inject(as.agent({ url: '/p/kabar/salah' }))
  t.equal(wrong.statusCode, 500)
  const head = await app.inject({ method: 'HEAD', url: '/kabar/k1' })
  t.match(head.headers['content-type'], /event-stream/)
  t.equal(globalThis.streams.size, 0)
  const broken = listen(t, `${origin}/kabar/pecah`)
  await until(() => broken.isOver)
})

t.test('streams end with the plugin, and it is told', async t => {
  const { origin, sapa } = await setup(t)
  const ears = [1, 2, 3].map(() => listen(t, `${origin}/kabar/k1`))
  await until(() => globalThis.streams.size === 3)

  await sapa.plugins.deactivate('kabar')

  await until(() => ears.every(ear => ear.isOver))
  t.equal(globalThis.streams.size, 0)
  t.equal(globalThis.seen.filter(what => what === 'gone').length, 3)
})

t.test('who reads too slowly is cut off', async t => {
  const { origin } = await setup(t)
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.on('error', () => {})
  socket.write('GET /kabar/k1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await until(() => globalThis.streams.size === 1)
  socket.pause()

  const [stream] = globalThis.streams
  const isCut = await until(() => stream?.send({ data: 'x'.repeat(100_000) }) === false)

  t.ok(isCut)
  t.equal(globalThis.streams.size, 0)
})

t.test('the server ends quickly while streams are open', async t => {
  const { app, origin } = await setup(t)
  const ears = Array.from({ length: 20 }, () => listen(t, `${origin}/kabar/k1`))
  await until(() => globalThis.streams.size === 20)
  const deaf = connect(Number(new URL(origin).port), '127.0.0.1')
  t.teardown(() => deaf.destroy())
  deaf.on('error', () => {})
  deaf.write('GET /kabar/k1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  deaf.pause()
  await until(() => globalThis.streams.size === 21)
  const over = once(app.server, 'close')

  const start = performance.now()
  await app.close()
  await over

  t.ok(performance.now() - start < hangMs)
  await until(() => ears.every(ear => ear.isOver))
  t.equal(globalThis.streams.size, 0)
})
