import { once } from 'node:events'
import { request } from 'node:http'
import { removeFolder } from '../support/temporary.ts'
import { quantile } from './figure.ts'
import { install, type Installation } from './installation.ts'
import type { Part } from './part.ts'
import { run, type Running } from './process.ts'

const listeners = 100
const sends = 40

/** One agent answers; how long until a hundred others' browsers know. */
export const live: Part = {
  name: 'live',
  async measure({ size }, tell) {
    const place = await install(size)
    const env = { DATA_DIR: place.dataDir }
    const sapa = await run('server/main.js', '/readyz', env)
    const bare = await run('test/bench/bare.js', '/readyz', env)
    const ours = await deliver(sapa, place)
    const theirs = await deliver(bare, place)
    const what = `agent sends → ${listeners} other agents hear`
    tell({
      what: `${what}: p50`,
      unit: 'ms',
      sapa: quantile(ours, 0.5),
      bare: quantile(theirs, 0.5)
    })
    tell({
      what: `${what}: p99`,
      unit: 'ms',
      sapa: quantile(ours, 0.99),
      bare: quantile(theirs, 0.99),
      budget: { of: 'ratio', atMost: 8 }
    })
    await sapa.stop()
    await bare.stop()
    removeFolder(place.dataDir)
  }
}

async function deliver(server: Running, place: Installation): Promise<number[]> {
  const times: number[] = []
  let from = 0
  let wanted = ''
  let missing = 0
  let done = () => {}
  const hear = (text: string) => {
    if (!text.includes('"message.added"') || !text.includes(wanted)) return
    times.push(performance.now() - from)
    missing -= 1
    if (missing === 0) done()
  }
  const ends = []
  for (const cookie of place.cookies.slice(1, listeners + 1)) {
    ends.push(await listen(server.port, cookie, hear))
  }
  for (const [index, { id }] of place.open.slice(0, sends + 5).entries()) {
    if (index === 5) times.length = 0 // the first ones only warm up
    const heard = new Promise<void>(resolve => (done = resolve))
    wanted = `"conversation":${id}`
    missing = listeners
    from = performance.now()
    await send(server.port, place.cookies[0] ?? '', id)
    await heard
  }
  for (const end of ends) end()
  return times
}

async function listen(
  port: number,
  cookie: string,
  hear: (text: string) => void
): Promise<() => void> {
  const asked = request({
    ...{ port, host: '127.0.0.1', path: '/live', agent: false },
    headers: { cookie, accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' }
  })
  asked.on('error', () => undefined)
  asked.end()
  const [response] = await once(asked, 'response')
  if (response.statusCode !== 200) throw new Error(`/live answered ${response.statusCode}`)
  let rest = ''
  response.on('data', (chunk: Buffer) => {
    const blocks = (rest + chunk.toString()).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) hear(block)
  })
  response.on('error', () => undefined)
  return () => asked.destroy()
}

let count = 0

async function send(port: number, cookie: string, id: number): Promise<void> {
  const body = new URLSearchParams({
    ...{ kind: 'reply', text: 'Baik, kami kabari sore ini.' },
    ...{ seen: '999999999', message: '999999999', event: '999999999' },
    idempotency_key: `live-${process.pid}-${++count}`
  })
  const response = await fetch(`http://127.0.0.1:${port}/conversations/${id}/messages`, {
    method: 'POST',
    headers: { cookie, 'hx-request': 'true', 'sec-fetch-site': 'same-origin', accept: 'text/html' },
    body
  })
  await response.text()
  if (response.status !== 200) throw new Error(`reply answered ${response.status}`)
}
