import {
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { pack } from 'tar-stream'
import t, { type Test } from 'tap'
import { issueLink } from '../../server/agent/link.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { addFiles, holdings, shop } from '../support/backup-world.ts'
import { hasStack, sapa, type Outcome } from '../support/command.ts'
import { make } from '../support/factory.ts'

function refused(t: Test, outcome: Outcome, why: RegExp) {
  t.equal(outcome.code, 1)
  t.match(outcome.err, why)
  t.notOk(hasStack(outcome))
}

const leftBeside = (file: string) =>
  readdirSync(dirname(file)).filter(name => name.startsWith(`${basename(file)}.`))

t.test('a backup in an empty folder gives the same rows and the same files', async t => {
  const { dataDir, file, empty } = await shop(t)
  mkdirSync(join(dataDir, 'plugins/bot/locales'), { recursive: true })
  writeFileSync(join(dataDir, 'plugins/bot/locales/id.json'), '{"halo":"Halo"}')

  const written = await sapa(dataDir, ['backup', file])
  const again = await sapa(dataDir, ['backup', file])
  const restored = await sapa(empty, ['restore', file])

  t.match(written, { code: 0, out: /10 conversations, 10 messages, 5 attached files/ })
  t.match(written.err, /only sealed.*secret\.key/)
  t.equal(again.code, 0, 'a backup may replace a backup')
  t.match(restored, { code: 0, out: /10 conversations, 10 messages, 5 attached files/ })
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.strictSame(leftBeside(file), [])
  t.strictSame(await holdings(empty), { ...(await holdings(dataDir)), setting: 1 })
  t.equal(readFileSync(join(empty, 'plugins/bot/locales/id.json'), 'utf8'), '{"halo":"Halo"}')
  t.notOk(existsSync(join(empty, 'restoring')))
})

t.test('the secret key travels only when asked for', async t => {
  const { dataDir, file, empty, folder } = await shop(t, 0)
  writeFileSync(join(dataDir, 'secret.key'), 'k'.repeat(64))

  await sapa(dataDir, ['backup', file])
  await sapa(empty, ['restore', file])
  const withKey = await sapa(dataDir, ['backup', file, '--with-key'])
  await sapa(join(folder, 'other'), ['restore', file])

  t.notOk(existsSync(join(empty, 'secret.key')))
  t.match(withKey.err, /holds the secret key/)
  t.equal(readFileSync(join(folder, 'other/secret.key'), 'utf8'), 'k'.repeat(64))
})

t.test(
  'a link for a password that may have been used since is dead in a restored copy',
  async t => {
    const { dataDir, db, file, empty } = await shop(t, 0)
    const { id } = await make.agent(db)
    await issueLink(db, id, 'invite', new Date())

    await sapa(dataDir, ['backup', file])
    t.equal((await sapa(empty, ['restore', file])).code, 0)

    const copy = openDb(databaseFile(empty), { isReadOnly: true })
    t.strictSame(await copy.selectFrom('invitation').select('agent_id').execute(), [])
    t.same(await copy.selectFrom('agent').select('id').execute(), [{ id }])
    await copy.destroy()
  }
)

t.test('what is written meanwhile is in the backup wholly or not at all', async t => {
  const { dataDir, db, file, empty } = await shop(t, 20)
  const enough = new AbortController()
  const writing = (async () => {
    while (!enough.signal.aborted) {
      await addFiles(db, dataDir, 1)
      await make.message(db)
      await pause(1)
    }
  })()

  const outcomes = [await sapa(dataDir, ['backup', file]), await sapa(empty, ['restore', file])]
  enough.abort()
  await writing

  t.strictSame(
    outcomes.map(({ code }) => code),
    [0, 0]
  )
  const [restored, source] = [await holdings(empty), await holdings(dataDir)]
  t.ok(Number(restored['blob']) >= 20)
  t.ok(Number(restored['message']) <= Number(source['message']))
})

t.test('nothing that waited to be sent is sent by a restored copy', async t => {
  const { dataDir, db, account, file, empty } = await shop(t, 0)
  for (const state of ['queued', 'sending', 'sent', 'failed'] as const) {
    const message = await make.message(db, { kind: 'outbound', status: state })
    await db
      .insertInto('outbox')
      .values({
        ...{ message_id: message.id, account_id: account.id, thread: `t${message.id}` },
        ...{ client_ref: `c1.m${message.id}`, kind: 'message', payload: '{}', state },
        ...{ send_after: 0, created_at: 0 }
      })
      .execute()
  }

  await sapa(dataDir, ['backup', file])
  const restored = await sapa(empty, ['restore', file])

  t.match(restored.err, /2 message parts were waiting.*not sent by themselves/)
  const copy = openDb(databaseFile(empty), { isReadOnly: true })
  const states = await copy
    .selectFrom('outbox')
    .innerJoin('message', 'message.id', 'outbox.message_id')
    .select(['outbox.state', 'message.status'])
    .orderBy('outbox.id')
    .execute()
  const mark = await copy
    .selectFrom('setting')
    .select('value')
    .where('key', '=', 'restore.mark')
    .execute()
  await copy.destroy()
  t.strictSame(states, [
    { state: 'unknown', status: 'unknown' },
    { state: 'unknown', status: 'unknown' },
    { state: 'sent', status: 'sent' },
    { state: 'failed', status: 'failed' }
  ])
  t.equal(mark.length, 1)
})

t.test('a backup of a newer version is refused before anything is touched', async t => {
  const { dataDir, db, file, empty } = await shop(t, 0)
  await sql`insert into migration_core (name, timestamp) values ('9999-future', '2030')`.execute(db)
  await sapa(dataDir, ['backup', file])

  refused(t, await sapa(empty, ['restore', file]), /newer Sapa \(\d/)

  t.notOk(existsSync(databaseFile(empty)))
})

t.test('a damaged backup is refused, wherever the damage is', async t => {
  const { dataDir, file, empty } = await shop(t, 2)
  await sapa(dataDir, ['backup', file])
  const whole = readFileSync(file)

  for (const part of [0.0005, 0.4, 0.9]) {
    const bytes = Buffer.from(whole)
    const at = Math.floor(bytes.length * part)
    bytes[at] = (bytes[at] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
    refused(t, await sapa(empty, ['restore', file]), /damaged/)
  }
  for (const length of [whole.length - 2048, Math.floor(whole.length / 2), 100, 0]) {
    writeFileSync(file, whole)
    truncateSync(file, length)
    refused(t, await sapa(empty, ['restore', file]), /damaged/)
  }
  t.strictSame(
    readdirSync(empty).filter(name => !name.startsWith('sapa.lock')),
    []
  )
  refused(t, await sapa(empty, ['restore', join(empty, 'none.tar')]), /no file/)
})

t.test('an archive that climbs out of the folder is refused', async t => {
  const { folder, empty } = await shop(t, 0)
  const file = join(folder, 'evil.tar')
  const tar = pack()
  const manifest = {
    format: 1,
    sapa: '0',
    createdAt: 0,
    migrations: [],
    holdsKey: false,
    counts: {}
  }
  tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest))
  tar.entry({ name: 'plugins/../../escaped' }, 'x')
  tar.finalize()
  await pipeline(tar, createWriteStream(file))

  refused(t, await sapa(empty, ['restore', file]), /damaged.*unexpected entry/)

  t.notOk(existsSync(join(folder, 'escaped')))
})

t.test('a folder that is in use is replaced only by force, and kept aside', async t => {
  const { dataDir, db, file, folder } = await shop(t)
  await sapa(dataDir, ['backup', file])
  const before = await holdings(dataDir)
  await make.customer(db, { name: 'Datang kemudian' })
  await db.destroy()
  const after = await holdings(dataDir)

  refused(t, await sapa(dataDir, ['restore', file]), /not empty.*--force/)
  t.strictSame(await holdings(dataDir), after)
  const forced = await sapa(dataDir, ['restore', file, '--force'])

  t.equal(forced.code, 0)
  t.strictSame(await holdings(dataDir), { ...before, setting: 1 })
  const aside = /before-restore-[\dTZ-]+/.exec(forced.err)?.[0] ?? ''
  t.strictSame(await holdings(join(dataDir, aside)), after)
  writeFileSync(join(folder, 'notes.txt'), 'keep me')
  refused(t, await sapa(dataDir, ['backup', join(folder, 'notes.txt')]), /no backup/)
  refused(t, await sapa(join(folder, 'no'), ['backup', file]), /no Sapa in/)
})

t.test('files that are missing or damaged do not stop a backup and are named', async t => {
  const { dataDir, file, empty } = await shop(t, 3)
  const [first, second] = readdirSync(join(dataDir, 'blobs'), { recursive: true })
    .map(name => join(dataDir, 'blobs', String(name)))
    .filter(path => statSync(path).isFile())
  writeSync(openSync(first ?? '', 'r+'), 'other bytes')
  truncateSync(second ?? '', 0)

  const written = await sapa(dataDir, ['backup', file])

  t.match(written, { code: 0, err: /2 attached files had been damaged/ })
  t.equal((await sapa(empty, ['restore', file])).code, 0)
})
