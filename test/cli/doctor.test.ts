import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { hasStack, sapa } from '../support/command.ts'
import { refused, shop } from '../support/command-world.ts'
import { temporaryFolder } from '../support/temporary.ts'

t.test('the doctor finds a fresh shop healthy', async t => {
  const { code, out } = await sapa(await shop(t), ['doctor', '--json'])

  t.equal(code, 0)
  t.match(JSON.parse(out), { isHealthy: true })
})

t.test('the doctor names everything that is wrong, each in words', async t => {
  const dataDir = await shop(t)
  await spoil(dataDir)

  const outcome = await sapa(dataDir, ['doctor'], { env: { PORT: 'many' } })

  t.equal(outcome.code, 1)
  for (const words of [
    /problem +configuration +PORT/,
    /warning +rights/,
    /problem +key .*does not fit/,
    /problem +plugin .*no setup/,
    /problem +account .*Layanan.*535/,
    /problem +journal .*1 item/,
    /problem +job .*1 item/,
    /problem +files .*1 attached file missing/
  ]) {
    t.match(outcome.out, words)
  }
  t.notOk(hasStack(outcome))
})

async function spoil(dataDir: string): Promise<void> {
  const db = openDb(databaseFile(dataDir))
  const account = { type: 'email', name: 'Layanan', webhook_secret: 's', created_at: 1 }
  const trouble = { state: 'needs_attention' as const, state_reason: '535', state_since: 1 }
  await db
    .insertInto('account')
    .values({ ...account, ...trouble })
    .execute()
  const item = { account_id: 1, key: 'k', body: Buffer.from('x'), size: 1, received_at: 1 }
  await db
    .insertInto('journal')
    .values({ ...item, state: 'failed' })
    .execute()
  const job = { owner: 'core', name: 'x', state: 'dead' as const, run_at: 1, created_at: 1 }
  await db.insertInto('job').values(job).execute()
  await db
    .insertInto('blob')
    .values({ hash: 'ab'.repeat(32), size: 3, created_at: 1 })
    .execute()
  const broken = { id: 'bot', version: '1.0.0', is_active: 1, state: 'broken' as const }
  await db
    .insertInto('plugin')
    .values({ ...broken, reason: 'no setup', state_since: 1 })
    .execute()
  const check = { key: 'secret.check', value: 'v1.of.another', updated_at: 1 }
  await db.replaceInto('setting').values(check).execute()
  await db.destroy()
  writeFileSync(join(dataDir, 'secret.key'), 'a key of at least thirty-two characters')
  chmodSync(dataDir, 0o755)
}

t.test('a file that is no database is named, not touched', async t => {
  const dataDir = temporaryFolder(t)
  writeFileSync(databaseFile(dataDir), 'not a database, but longer than a header '.repeat(40))

  const outcome = await sapa(dataDir, ['doctor'])

  t.equal(outcome.code, 1)
  t.match(outcome.out, /problem +database .*restore a backup/)
  refused(t, await sapa(dataDir, ['migrate']), /not a database/)
  t.notOk(existsSync(join(dataDir, 'backups')))
})
