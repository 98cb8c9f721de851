import { chmodSync, cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { hasStack, sapa, type Outcome } from '../support/command.ts'
import { startServer } from '../support/process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const password = 'kopi susu gula aren'
const owner = ['setup', '--email', 'sari@toko.example', '--business', 'Toko Sari']

/** A shop with its owner: made once, copied for each test. */
async function shop(t: Test): Promise<string> {
  const dataDir = join(temporaryFolder(t), 'data')
  cpSync(await (pattern ??= makeShop()), dataDir, { recursive: true })
  return dataDir
}

let pattern: Promise<string> | undefined

async function makeShop(): Promise<string> {
  const dataDir = join(temporaryFolder(t), 'data')
  const { code } = await sapa(dataDir, [...owner, '--password-stdin'], { input: `${password}\n` })
  t.equal(code, 0)
  return dataDir
}

function refused(t: Test, outcome: Outcome, why: RegExp) {
  t.equal(outcome.code, 1)
  t.match(outcome.err, why)
  t.equal(outcome.out, '')
  t.notOk(hasStack(outcome))
}

async function read<T>(dataDir: string, work: (db: ReturnType<typeof openDb>) => Promise<T>) {
  const db = openDb(databaseFile(dataDir), { isReadOnly: true })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

t.test('every command explains itself', async t => {
  const commands = ['start', 'migrate', 'setup', 'agent create', 'token create', 'account create']
  for (const command of [...commands, 'doctor']) {
    const { code, out } = await sapa('/nowhere', [...command.split(' '), '--help'])
    t.equal(code, 0)
    t.match(out, `Usage: sapa ${command}`)
  }
  refused(t, await sapa('/nowhere', ['dance']), /unknown command/)
})

t.test('setup makes the owner once, and stores nothing when a value is wrong', async t => {
  const dataDir = join(temporaryFolder(t), 'data')
  const env = { SAPA_PASSWORD: password }

  refused(t, await sapa(dataDir, owner), /--password-stdin/)
  refused(t, await sapa(dataDir, [...owner, '--time-zone', 'Mars/Base'], { env }), /--time-zone/)
  refused(t, await sapa(dataDir, owner, { env: { SAPA_PASSWORD: 'rahasia' } }), /password/)
  const done = await sapa(dataDir, [...owner, '--time-zone', 'Asia/Makassar'], { env })
  refused(t, await sapa(dataDir, owner, { env }), /set up already/)

  t.equal(done.code, 0)
  t.match(done.out, /Toko Sari is set up\. Sign in as sari@toko\.example/)
  const [agents, names] = await read(dataDir, async db => [
    await db.selectFrom('agent').select(['email', 'role', 'time_zone']).execute(),
    await db.selectFrom('setting').select('value').where('key', '=', 'businessName').execute()
  ])
  t.match(agents, [{ email: 'sari@toko.example', role: 'owner', time_zone: 'Asia/Makassar' }])
  t.strictSame(names, [{ value: '"Toko Sari"' }])
})

t.test('an agent gets a link, or the password that was given', async t => {
  const dataDir = await shop(t)
  const person = (email: string) => ['agent', 'create', '--email', email, '--name', 'Dewi']

  const invited = await sapa(dataDir, person('dewi@toko.example'))
  const twice = await sapa(dataDir, person('Dewi@toko.example'))
  const withPassword = await sapa(dataDir, [...person('ayu@toko.example'), '--role', 'admin'], {
    env: { SAPA_PASSWORD: password }
  })

  t.match(invited.out, /^http:\/\/localhost:3000\/invite\/[\w-]{43}\n$/)
  refused(t, twice, /--email: Somebody here has this email already/)
  refused(t, await sapa(dataDir, [...person('x@y.example'), '--role', 'boss']), /Allowed choices/)
  t.match(withPassword.out, /can sign in/)
  const rows = await read(dataDir, db =>
    db.selectFrom('agent').select(['role', 'password_hash']).orderBy('id').execute()
  )
  t.match(rows, [
    { role: 'owner' },
    { role: 'agent', password_hash: null },
    { role: 'admin', password_hash: /^\$argon2id\$/ }
  ])
})

t.test('a token is printed alone on standard output, and only its hash is kept', async t => {
  const dataDir = await shop(t)
  const create = ['token', 'create', '--agent']

  const made = await sapa(dataDir, [...create, 'sari@toko.example', '--days', '7'])

  t.match(made.out, /^sapa_[\w-]{43}\n$/)
  t.match(made.err, /not shown again/)
  const [row] = await read(dataDir, db => db.selectFrom('api_token').selectAll().execute())
  t.notMatch(JSON.stringify(row), made.out.trim())
  t.ok((row?.expires_at ?? 0) > Date.now() + 6 * 86_400_000)
  refused(t, await sapa(dataDir, [...create, 'nobody@toko.example']), /Nobody here/)
  refused(t, await sapa(dataDir, [...create, 'sari@toko.example', '--days', '0']), /--days/)
  refused(t, await sapa(join(dataDir, 'empty'), [...create, 'sari@toko.example']), /no Sapa in/)
})

t.test('an account is checked by the form of its channel', async t => {
  const dataDir = await shop(t)
  const connect = ['account', 'create', '--type', 'email']
  const mailbox = ['--set', 'address=halo@toko.example', '--set', 'imapHost=imap.toko.example']
  const whole = [...connect, ...mailbox, '--set', 'smtpHost=smtp.toko.example']
  const secret = ['--secret-from-env', 'password=MAIL_PASSWORD']

  refused(t, await sapa(dataDir, ['account', 'create', '--type', 'pigeon']), /pigeon/)
  refused(t, await sapa(dataDir, [...connect, '--set', 'imapPort=many']), /address: .*imapPort: /s)
  refused(t, await sapa(dataDir, [...connect, '--set', 'colour=red']), /no field colour/)
  refused(t, await sapa(dataDir, [...connect, '--set', 'address']), /name=value/)
  refused(t, await sapa(dataDir, [...whole, ...secret]), /MAIL_PASSWORD/)
  const done = await sapa(dataDir, [...whole, ...secret], { env: { MAIL_PASSWORD: password } })
  refused(t, await sapa(dataDir, whole), /already/)

  t.match(done.out, /halo@toko\.example \(Email\) is account 1\. It opens at the next start/)
  const [row] = await read(dataDir, db => db.selectFrom('account').selectAll().execute())
  t.match(row?.settings, 'imap.toko.example')
  t.notMatch(JSON.stringify(row), password)
  t.match(JSON.parse(row?.secrets ?? ''), { password: /^v1\./ })
})

t.test('a connection that fails its test is not stored', async t => {
  const dataDir = await shop(t)
  const server = ['imapHost=localhost', 'imapPort=1', 'smtpHost=localhost']
  const words = ['address=halo@toko.example', ...server].flatMap(field => ['--set', field])

  const outcome = await sapa(
    dataDir,
    ['account', 'create', '--type', 'email', ...words, '--secret-stdin', 'password', '--test'],
    { input: password }
  )

  refused(t, outcome, /failed.*nothing was stored/s)
  t.notMatch(outcome.err, password)
  t.strictSame(await read(dataDir, db => db.selectFrom('account').select('id').execute()), [])
})

t.test('beside a running server', async t => {
  const dataDir = await shop(t)
  const server = await startServer(t, { dataDir, entry: 'bin/sapa.js', args: ['start'] })
  const connect = ['account', 'create', '--type', 'email', '--set', 'address=halo@toko.example']
  const hosts = [
    '--set',
    'imapHost=localhost',
    '--set',
    'imapPort=1',
    '--set',
    'smtpHost=localhost'
  ]

  await t.test('a token works at once', async t => {
    const { out } = await sapa(dataDir, ['token', 'create', '--agent', 'sari@toko.example'])
    const headers = { authorization: `Bearer ${out.trim()}` }
    const response = await fetch(`${server.url}/metrics`, { headers })
    t.equal(response.status, 200)
  })

  await t.test('a new account is opened without a restart', async t => {
    const { out } = await sapa(dataDir, [...connect, ...hosts])
    t.match(out, /running server opens it/)
    const state = () =>
      read(dataDir, db => db.selectFrom('account').select('state').executeTakeFirst())
    await until(async () => (await state())?.state !== 'starting', { deadlineMs: 15_000 })
  })

  await t.test('the shape of the database is left alone', async t => {
    refused(t, await sapa(dataDir, ['migrate']), /already running.*process \d+/)
  })

  t.equal((await sapa(dataDir, ['doctor'])).err, '')
  t.equal(await server.stop(), 0)
})

t.test('migrate makes the database and repeats harmlessly', async t => {
  const dataDir = join(temporaryFolder(t), 'data')

  t.match(await sapa(dataDir, ['migrate']), { code: 0, out: /was made/ })
  t.match(await sapa(dataDir, ['migrate']), { code: 0, out: /up to date; nothing/ })
  refused(t, await sapa(dataDir, ['migrate'], { env: { PORT: 'x' } }), /PORT/)
})

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
