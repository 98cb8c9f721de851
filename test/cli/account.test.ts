import t from 'tap'
import { sapa } from '../support/command.ts'
import { password, read, refused, shop } from '../support/command-world.ts'
import { startServer } from '../support/process.ts'
import { until } from '../support/until.ts'

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
    await until(async () => (await state())?.state !== 'starting')
  })

  await t.test('the shape of the database is left alone', async t => {
    refused(t, await sapa(dataDir, ['migrate']), /already running.*process \d+/)
  })

  t.equal((await sapa(dataDir, ['doctor'])).err, '')
  t.equal(await server.stop(), 0)
})
