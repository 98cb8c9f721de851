import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { createPool, PoolError } from '../../server/jobs/pool.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const source = `
  import { threadId } from 'node:worker_threads'
  export const count = bytes => bytes.length
  export const double = async text => Buffer.from(text + text)
  export const spin = () => { for (;;); }
  export const hoard = () => { const all = []; for (;;) all.push(new Array(10_000).fill({ a: 1 })) }
  export const fail = () => { throw new TypeError('Surat rusak') }
  export const leave = () => process.exit(3)
  export const wait = ms => new Promise(resolve => setTimeout(resolve, ms, threadId))
  export const secret = () => process.env.SAPA_SECRET_KEY ?? null
  export const clumsy = () => () => 'a function cannot be posted'`

function setup(t: Test, options = {}) {
  const file = join(temporaryFolder(t), 'work.mjs')
  writeFileSync(file, source)
  const pool = createPool(options)
  t.teardown(() => pool.stop())
  const module = pathToFileURL(file).href
  const run = <T = unknown>(name: string, args: unknown[] = [], limits = {}) =>
    pool.run<T>(module, name, args, limits)
  return { pool, run }
}

t.test('work goes to a thread and its bytes come back', async t => {
  const { run } = setup(t)
  const mail = Buffer.from('Faktur belum diterima')

  t.equal(await run('count', [mail]), mail.length)
  t.equal(mail.toString(), 'Faktur belum diterima', 'the caller keeps its bytes')
  const doubled = await run<Uint8Array>('double', ['halo'])
  t.equal(Buffer.from(doubled).toString(), 'halohalo')
})

t.test('bytes can be handed over instead of copied', async t => {
  const { run } = setup(t)
  const bytes = new Uint8Array(1_000_000)

  t.equal(await run('count', [bytes], { transfer: [bytes.buffer] }), 1_000_000)
  t.equal(bytes.length, 0)
})

t.test('a call that never ends is stopped while another succeeds', async t => {
  const { run } = setup(t)

  const stuck = t.rejects(run('spin', [], { timeoutMs: 300 }), {
    name: 'PoolError',
    code: 'timeout'
  })
  const other = run('wait', [10])

  t.type(await other, 'number')
  await stuck
  t.equal(await run('count', ['abc']), 3, 'the place is free again')
})

t.test('a call that takes too much heap is stopped while another succeeds', async t => {
  const { run } = setup(t)

  const tooMuch = run('hoard', [], { maxHeapMb: 24, timeoutMs: 20_000 })
  const greedy = t.rejects(tooMuch, { name: 'PoolError', code: 'memory' })
  const other = run('wait', [10])

  t.type(await other, 'number')
  await greedy
  t.equal(await run('count', ['abc'], { maxHeapMb: 24 }), 3)
})

t.test('errors, exits and answers that cannot be sent reject their own call', async t => {
  const { run } = setup(t)

  await t.rejects(run('fail'), { name: 'TypeError', message: 'Surat rusak' })
  await t.rejects(run('nothing'), /nothing is not exported/)
  await t.rejects(run('clumsy'), /could not be cloned/)
  await t.rejects(run('leave'), { code: 'crash' })
  await t.rejects(run('count', [() => {}]), /could not be cloned/)
  t.equal(await run('count', ['abc']), 3)
})

t.test('calls wait for one of two threads', async t => {
  const { run } = setup(t)

  const threads = await Promise.all([1, 2, 3, 4, 5].map(() => run('wait', [5])))

  t.equal(new Set(threads).size, 2)
})

t.test('idle threads end, and secrets of the environment do not reach them', async t => {
  process.env.SAPA_SECRET_KEY = 'rahasia-pemilik-toko'
  t.teardown(() => delete process.env.SAPA_SECRET_KEY)
  const { run } = setup(t, { idleMs: 20 })
  const threads = () =>
    process.getActiveResourcesInfo().filter(name => name === 'MessagePort' || name === 'Worker')
  const before = threads().length

  t.equal(await run('secret'), null)

  await until(() => threads().length === before)
  t.equal(await run('count', ['abc']), 3, 'and start again')
})

t.test('stopping refuses what waits and what runs', async t => {
  const { pool, run } = setup(t, { size: 1 })
  const running = run('spin')
  const waiting = run('count', ['abc'])
  const refused = Promise.allSettled([running, waiting])

  await pool.stop()

  for (const result of await refused) {
    t.ok(result.status === 'rejected' && result.reason instanceof PoolError)
  }
  await t.rejects(run('count', ['abc']), { code: 'stopped' })
})
