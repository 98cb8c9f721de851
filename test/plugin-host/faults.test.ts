import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer } from '../support/process.ts'
import { until } from '../support/until.ts'

/** A real server whose owner has switched this plugin on. */
async function serverWith(t: Test, id: string, code: string) {
  const server = await startServer(t)
  await server.stop()
  dropPlugin(server.dataDir, id, code)
  const db = openDb(databaseFile(server.dataDir))
  const row = { id, version: '1.2.0', is_active: 1, state_since: 0 }
  await db.insertInto('plugin').values(row).execute()
  await db.destroy()
  await server.start()
  const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200
  const plugin = async () => {
    const reader = openDb(join(databaseFile(server.dataDir)), { isReadOnly: true })
    const found = await reader.selectFrom('plugin').selectAll().where('id', '=', id).execute()
    await reader.destroy()
    return found[0]
  }
  return { ...server, isAlive, plugin }
}

t.test('a plugin whose timers throw is taken out of service, and Sapa goes on', async t => {
  // What hangs on the error cannot be looked at either.
  const code = `setInterval(() => {
    const detail = { get alat() { throw new Error('licik') } }
    throw Object.assign(new Error('pecah di timer'), { detail })
  }, 20)`
  const { plugin, isAlive } = await serverWith(t, 'pecah', code)

  await until(async () => (await plugin())?.state === 'quarantined')

  t.match(await plugin(), { is_active: 1, reason: 'pecah di timer', quarantine: /"faults".*5/ })
  t.ok(await isAlive(), 'although the timer it left behind goes on')
})

t.test('a single rejection that a plugin forgot costs nothing', async t => {
  const code = `queueMicrotask(() => Promise.reject(new Error('terlupa')))`
  const { plugin, isAlive, stdout } = await serverWith(t, 'pelupa', code)

  await until(() => stdout.some(line => line.includes('terlupa')))

  t.match(await plugin(), { state: 'active' })
  t.ok(await isAlive())
})
