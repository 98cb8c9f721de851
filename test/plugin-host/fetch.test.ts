import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { LookupAddress } from 'node:dns'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createFetch, type FetchOptions } from '../../server/plugin-host/fetch.ts'
import { hostInScopes } from '../../server/plugin-host/net-scope.ts'
import { heapInUse } from '../../server/plugin-kit/heap.ts'
import { until } from '../support/until.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server of the owner's own network that must never be reached, and counts who does. */
async function canary(t: Test, handle: Handle = (_request, response) => response.end('rahasia')) {
  let connects = 0
  const server = createServer(handle).listen(0)
  server.on('connection', () => (connects += 1))
  await until(() => server.listening)
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, connects: () => connects }
}

function guarded(t: Test, options: Partial<FetchOptions> = {}) {
  const fetcher = createFetch({ privateHosts: async () => [], ...options })
  t.teardown(() => fetcher.close())
  return fetcher
}

const spellings = [
  'http://127.0.0.1',
  'http://localhost',
  'http://localhost.',
  'http://LOCALHOST',
  'http://127.1',
  'http://127.0.1',
  'http://2130706433',
  'http://0x7f000001',
  'http://0x7f.0x0.0x0.0x1',
  'http://0177.0.0.1',
  'http://017700000001',
  'http://0',
  'http://0.0.0.0',
  'http://①②⑦.⓪.⓪.①',
  'http://[::1]',
  'http://[::]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:7f00:1]',
  'http://[::7f00:1]',
  'http://[64:ff9b::7f00:1]',
  'http://[2002:7f00:1::]',
  'http://[fe80::1]',
  'http://[fc00::1]',
  'http://[fec0::1]',
  'http://[ff02::1]',
  'http://10.0.0.1',
  'http://172.16.0.1',
  'http://192.168.1.1',
  'http://100.64.0.1',
  'http://169.254.169.254',
  'http://224.0.0.1',
  'http://255.255.255.255',
  'http://user:kata@127.0.0.1',
  'http://127.0.0.1.nip.example',
  'http://rebind.example'
]

/** What their owners made these names mean; one public address among them excuses nothing. */
const names: Record<string, LookupAddress[]> = {
  '127.0.0.1.nip.example': [{ address: '127.0.0.1', family: 4 }],
  'rebind.example': [
    { address: '93.184.216.34', family: 4 },
    { address: '127.0.0.1', family: 4 }
  ]
}

t.test('no spelling of a private address is dialled', async t => {
  const { port, connects } = await canary(t)
  const { fetch } = guarded(t, {
    resolve: (host, _options, done) => {
      const known = names[host] ?? [{ address: '127.0.0.1', family: 4 }]
      done(null, known)
    }
  })

  for (const spelling of spellings) {
    await t.rejects(fetch(`${spelling}:${port}/`), { code: 'host_refused' }, spelling)
  }

  t.equal(connects(), 0)
})

t.test('the real resolver is guarded too', async t => {
  const { port, connects } = await canary(t)

  await t.rejects(guarded(t).fetch(`http://localhost:${port}/`), { code: 'host_refused' })

  t.equal(connects(), 0)
})

t.test('other protocols are refused', async t => {
  const { fetch } = guarded(t)

  for (const url of ['file:///etc/passwd', 'ftp://toko.example', 'data:text/plain,x']) {
    await t.rejects(fetch(url), { code: 'host_refused' }, url)
  }
})

t.test('a redirect into the own network is refused at its hop', async t => {
  const inner = await canary(t)
  const outer = await canary(t, (request, response) => {
    const target = request.url === '/name' ? 'localhost' : '[::ffff:7f00:1]'
    response.writeHead(302, { location: `http://${target}:${inner.port}/` }).end()
  })
  const { fetch } = guarded(t, { privateHosts: async () => [`127.0.0.1:${outer.port}`] })

  await t.rejects(fetch(`http://127.0.0.1:${outer.port}/address`), { code: 'host_refused' })
  await t.rejects(fetch(`http://127.0.0.1:${outer.port}/name`), { code: 'host_refused' })

  t.equal(outer.connects() > 0, true)
  t.equal(inner.connects(), 0)
})

t.test('an allowed host works, with its redirects', async t => {
  const seen: (string | undefined)[] = []
  const { port } = await canary(t, (request, response) => {
    seen.push(request.headers.authorization)
    if (request.url === '/loop') return response.writeHead(307, { location: '/loop' }).end()
    if (request.url === '/old') {
      const location = `http://localhost:${port}/new`
      return response.writeHead(302, { location }).end()
    }
    return response.end(`${request.method} ${request.url}`)
  })
  const { fetch } = guarded(t, { privateHosts: async () => ['127.0.0.1', 'localhost'] })
  const base = `http://127.0.0.1:${port}`

  const init = { method: 'POST', body: 'halo', headers: { authorization: 'Bearer rahasia' } }
  const response = await fetch(`${base}/old`, init)
  t.equal(await response.text(), 'GET /new')
  t.match(response.url, /localhost/)
  t.same(seen, ['Bearer rahasia', undefined], 'credentials stay with their host')

  await t.rejects(fetch(`${base}/loop`), /redirects too often/)
  t.equal((await fetch(`${base}/old`, { redirect: 'manual' })).status, 302)
  await t.rejects(fetch(`${base}/old`, { redirect: 'error' }), { code: 'host_refused' })
})

t.test('forms reach the other side as forms', async t => {
  const { port } = await canary(t, (request, response) => {
    request.pipe(response.writeHead(200, { 'x-type': request.headers['content-type'] ?? '' }))
  })
  const { fetch } = guarded(t, { privateHosts: async () => ['127.0.0.1'] })
  const body = new FormData()
  body.append('document', new Blob(['isi faktur']), 'faktur.pdf')

  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })

  t.match(response.headers.get('x-type'), /^multipart\/form-data; boundary=/)
  t.match(await response.text(), /filename="faktur.pdf"[^]*isi faktur/)
})

t.test('what is streamed is not kept, and cannot be led elsewhere', async t => {
  const bytes = 40 * 1024 * 1024
  const received: number[] = []
  const { port } = await canary(t, async (request, response) => {
    let size = 0
    for await (const part of request) size += (part as Buffer).byteLength
    received.push(size)
    const isMoved = request.url === '/pindah'
    response.writeHead(isMoved ? 307 : 200, isMoved ? { location: '/lain' } : {}).end()
  })
  const { fetch } = guarded(t, { privateHosts: async () => ['127.0.0.1'] })
  const heap = await heapInUse()
  async function* file() {
    for (let sent = 0; sent < bytes; sent += 65_536) {
      if (sent % (8 * 1024 * 1024) === 0) await heap.sample()
      yield Buffer.alloc(65_536)
    }
  }
  const send = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...{ method: 'POST', timeoutMs: 60_000 },
      body: file() as unknown as ReadableStream
    })

  t.equal((await send('/berkas')).status, 200)
  t.ok(heap.growth() < 16 * 1024 * 1024, `${heap.growth()} bytes were held`)
  await t.rejects(send('/pindah'), { message: /redirect/ })
  t.same(received, [bytes, bytes])
})

t.test('slow, endless and aborted answers end', async t => {
  const { port } = await canary(t, (request, response) => {
    if (request.url === '/slow') return response.write('mulai')
    return response.end('x'.repeat(50_000))
  })
  const { fetch } = guarded(t, { privateHosts: async () => ['127.0.0.1'] })
  const base = `http://127.0.0.1:${port}`

  const slow = await fetch(`${base}/slow`, { timeoutMs: 1_000 })
  const asked = await fetch(`${base}/slow`, { signal: AbortSignal.timeout(900) })
  // Long-lived pages of memory are cleared in between, and with them what nobody holds.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let n = 0; n < 5; n++) {
    await new Promise(resolve => setTimeout(resolve, 10))
    collect()
  }
  await t.rejects(slow.text(), { name: 'TimeoutError' })
  await t.rejects(asked.text(), { name: 'TimeoutError' })
  const large = await fetch(`${base}/large`, { maxBytes: 10_000 })
  await t.rejects(large.text(), { code: 'response_too_large' })
  t.equal((await (await fetch(`${base}/large`)).text()).length, 50_000)
  await t.rejects(fetch(`${base}/slow`, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

t.test('a plugin reaches only the hosts of its scopes, on redirects too', async t => {
  const { port } = await canary(t, (_request, response) =>
    response.writeHead(302, { location: `http://localhost:${port}/` }).end()
  )
  const { within } = guarded(t, { privateHosts: async () => ['127.0.0.1', 'localhost'] })
  const fetch = within(host => hostInScopes(host, ['net:127.0.0.1']))

  await t.rejects(fetch(`http://127.0.0.1:${port}/`), /localhost is not in the scopes/)
  await t.rejects(fetch(`http://localhost:${port}/`), { code: 'host_refused' })

  t.ok(hostInScopes('api.telegram.org', ['net:api.telegram.org']))
  t.ok(hostInScopes('eu.api.example.com', ['net:*.example.com']))
  t.notOk(hostInScopes('evilexample.com', ['net:*.example.com', 'net:example.com']))
  t.notOk(hostInScopes('api.telegram.org', []))
  t.ok(hostInScopes('anything.example', ['net:*']))
})

t.test('what the owner allows to plugins is not open to addresses of strangers', async t => {
  const inner = await canary(t)
  const { fetch, fetchPublic } = guarded(t, { privateHosts: async () => ['127.0.0.1'] })
  const url = `http://127.0.0.1:${inner.port}/gambar.png`
  t.equal((await fetch(url)).status, 200)
  const seen = inner.connects()
  await t.rejects(fetchPublic(url), { code: 'host_refused' })
  t.equal(inner.connects(), seen)
})
