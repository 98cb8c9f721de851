import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { question, remoteWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('switched off and on under load, nothing that was accepted is lost', async t => {
  const world = await remoteWorld(t)
  const { plugins } = world.sapa
  const account = await world.connect()
  const accepted: string[] = []
  const refusals = new Set<number>()
  const over = new AbortController()
  const load = async () => {
    for (let n = 0; !over.signal.aborted; n++) {
      const { status } = await account.ask('POST ingest', question(`m-${n}`))
      if (status === 200) accepted.push(`Faktur belum diterima (m-${n})`)
      else refusals.add(status)
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  const loading = load()

  for (let round = 0; round < 8; round++) {
    const before = accepted.length
    await until(() => accepted.length > before || refusals.has(429), { what: 'some messages' })
    await plugins.deactivate('remote-channel')
    t.equal((await world.app.inject({ url: '/healthz' })).statusCode, 200)
    await plugins.activate('remote-channel')
  }
  over.abort()
  await loading

  t.ok(accepted.length >= 8, `${accepted.length} accepted`)
  for (const status of refusals) t.ok([404, 429, 503].includes(status), String(status))
  await until(async () => (await world.texts()).length >= accepted.length)
  t.same(await world.texts(), accepted, 'each once, in order')
})

t.test('switched off and on again, it leaves no timer behind', async t => {
  const world = await remoteWorld(t)
  const { plugins, supervisor } = world.sapa
  const { id, ask } = await world.connect()
  const cycle = async () => {
    const polled = ask('GET outbox?wait=25')
    await until(async () => (await ask('GET health')).body.polls === 1)
    await plugins.deactivate('remote-channel')
    t.equal((await polled).status, 503)
    await plugins.activate('remote-channel')
    await until(() => supervisor.session(id))
  }
  const timers = () =>
    process.getActiveResourcesInfo().filter(name => name === 'Timeout' || name === 'Immediate')
      .length

  for (let round = 0; round < 3; round++) await cycle()
  const before = timers()
  for (let round = 0; round < 20; round++) await cycle()

  t.ok(timers() < before + 10, `${before} timers before, ${timers()} after`)
})
