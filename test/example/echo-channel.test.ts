import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { root } from '../../server/paths.ts'
import { keptReport } from '../../server/plugin-kit/kept.ts'
import type { Report } from '../../server/plugin-kit/report.ts'
import { setup } from '../support/app.ts'
import { sapa } from '../support/command.ts'
import { dropExample } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { fileMs } from '../support/patience.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { typeCheck } from '../support/type-check.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)

const folder = join(root, 'docs/examples/echo-channel')

t.test('what is answered comes back as a message of the customer', async t => {
  const port = await freePort()
  const echo = spawn(process.execPath, [join(folder, 'echo.js'), String(port)], { stdio: 'ignore' })
  t.teardown(() => echo.kill())
  const env = { ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port}` }
  const world = await setup(t, { isIdle: false, env, now: new Date() })
  const { app, as, db, sapa: running, dataDir, clock } = world
  dropExample(dataDir, 'echo-channel')
  t.match(await running.plugins.activate('echo-channel'), { state: 'active', reason: null })
  const form = { server: `http://127.0.0.1:${port}` }
  await until(async () => (await fetch(`${form.server}/updates`).catch(() => null))?.ok)
  await createAccount(db, running, { type: 'echo', name: 'Gema', form }, new Date())
  const find = (text: string) => {
    clock.forward(500) // over the undo window and the pauses between polls
    const messages = db.selectFrom('message').selectAll().where('kind', '=', 'inbound')
    return messages.where('text', '=', text).executeTakeFirst()
  }

  const hello = await until(() => find('Halo! Ada orang?'))
  const url = `/conversations/${hello.conversation_id}/messages`
  const seen = { idempotency_key: 'ada-kami-1', seen: [hello.id] }
  const payload = { kind: 'reply', text: 'Ada, kami di sini.', ...seen }
  t.equal((await app.inject(as.agent({ method: 'POST', url, payload }))).statusCode, 303)

  const back = await until(() => find('Ada, kami di sini.'))
  t.equal(back.conversation_id, hello.conversation_id)
})

t.test('it keeps the promises that its report tells', async t => {
  const { out, err } = await sapa(folder, ['plugin', 'test', folder, '--json'])
  t.match(out, /^\{/, err)
  const { cases, tier, version } = JSON.parse(out) as Report
  const kept = keptReport(folder, version)
  const outcomes = (all: readonly { number: number; outcome: string }[] = []) =>
    all.map(({ number, outcome }) => `${number} ${outcome}`)
  t.same(outcomes(cases), outcomes(kept?.cases), 'conformance.json is of this version')
  t.equal(tier, 'silver')
  t.equal(kept?.tier, tier)
})

for (const name of ['echo-channel', 'card-guard']) {
  t.test(`the types of ${name} are right`, async t => {
    const copy = temporaryFolder(t)
    cpSync(join(root, 'docs/examples', name), copy, { recursive: true })
    await sapa(copy, ['plugin', 'types', copy])
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess']
    const options = ['--noEmit', '--target', 'es2023', '--module', 'preserve']
    const files = ['index.ts', 'sapa-plugin-api.d.ts', '--allowImportingTsExtensions']
    t.same(typeCheck(copy, ...strict, ...options, ...files), { status: 0, said: '' })
  })
}
