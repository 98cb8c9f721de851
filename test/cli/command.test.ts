import { join } from 'node:path'
import t from 'tap'
import { sapa } from '../support/command.ts'
import { owner, password, read, refused, shop } from '../support/command-world.ts'
import { temporaryFolder } from '../support/temporary.ts'

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

t.test('migrate makes the database and repeats harmlessly', async t => {
  const dataDir = join(temporaryFolder(t), 'data')

  t.match(await sapa(dataDir, ['migrate']), { code: 0, out: /was made/ })
  t.match(await sapa(dataDir, ['migrate']), { code: 0, out: /up to date; nothing/ })
  refused(t, await sapa(dataDir, ['migrate'], { env: { PORT: 'x' } }), /PORT/)
})
