import t from 'tap'
import { inviteLinks } from '../../../test/support/invite-links.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { question, remoteWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('what a customer wrote becomes a conversation', async t => {
  const world = await remoteWorld(t)
  const { ask, id } = await world.connect()
  const photo = Buffer.from('bukan foto sungguhan')
  const attachments = [
    { filename: 'struk.png', mime: 'image/png', kind: 'image', content: photo.toString('base64') }
  ]

  const answer = await ask('POST ingest', {
    ...question('m-1', { attachments, at: '2026-11-20T01:02:03Z' }),
    from: { id: 'u-7', name: 'Budi Santoso', phone: '0812-3456-7890', phoneVerified: true }
  })

  t.equal(answer.status, 200)
  t.strictSame(answer.body, { results: [{ index: 0, id: 'm-1', status: 'accepted' }] })
  await until(async () => (await world.texts()).length === 1)
  const identities = await world.db
    .selectFrom('identity')
    .select(['kind', 'namespace', 'value', 'verified_at'])
    .orderBy('id')
    .execute()
  t.match(identities[0], { kind: 'external', namespace: `remote:${id}`, value: 'u-7' })
  t.ok(identities[0]?.verified_at, 'the program knows its users')
  const phone = identities.find(({ kind }) => kind === 'phone')
  t.notOk(phone?.verified_at, 'nobody allowed it to vouch for numbers')
  const [file] = await world.db.selectFrom('attachment').selectAll().execute()
  t.match(file, { filename: 'struk.png', state: 'ready', size: photo.length })
  const message = await world.db.selectFrom('message').select('at').executeTakeFirstOrThrow()
  t.equal(message.at, Date.parse('2026-11-20T01:02:03Z'))
})

t.test('the program vouches only for what the account lets it', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect('Toko', { provesEmail: true, provesId: false })
  const from = { id: 'u-1', email: 'sari@pelanggan.example', emailVerified: true, phone: '+62811' }
  await ask('POST ingest', question('m-1', { from }))
  await ask(
    'POST ingest',
    question('m-2', {
      thread: 'lain',
      from: { ...from, id: 'u-2', email: 'tono@pelanggan.example', emailVerified: false }
    })
  )

  await until(async () => (await world.texts()).length === 2)
  const proven = await world.db
    .selectFrom('identity')
    .select('value')
    .where('verified_at', 'is not', null)
    .execute()
  t.strictSame(proven, [{ value: 'sari@pelanggan.example' }])
})

t.test('repeats fold, also within one batch', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect()
  const batch = { items: [question('m-1'), question('m-2'), question('m-1')] }

  const answers = await Promise.all([
    ask('POST ingest', batch),
    ask('POST ingest', batch),
    ask('POST ingest', question('m-2'))
  ])

  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200]
  )
  await until(async () => (await world.texts()).length === 2)
  await ask('POST ingest', batch)
  await ask('POST ingest', question('m-3'))
  await until(async () => (await world.texts()).length > 2)
  t.same(
    await world.texts(),
    [1, 2, 3].map(n => `Faktur belum diterima (m-${n})`)
  )
})

t.test('a broken item is told of and stops no other', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect('Toko', { attachmentsIn: false })
  const file = { filename: 'a.txt', content: 'YQ==' }
  const items = [
    question('m-1'),
    null,
    { type: 'message', id: 'm-2', text: 'Tanpa pengirim' },
    question('m-3', { at: 'besok' }),
    question('m-4', { attachments: [file] }),
    { type: 'receipt', id: 'r-1', status: 'lenyap', remoteId: 'x' },
    question('x'.repeat(300)),
    question('m-5', { text: '  ' }),
    { type: 'panggilan', id: 'c-1' },
    question('m-6')
  ]

  const { status, body } = await ask('POST ingest', items)

  t.equal(status, 200)
  const results = body.results as { status: string; error?: { code: string; field: string } }[]
  t.same(
    results.map(result => result.status === 'accepted'),
    [true, false, false, false, false, false, false, false, false, true]
  )
  t.same(
    results.flatMap(({ error }) => error?.field ?? []),
    ['item', 'from', 'at', 'attachments', 'status', 'id', 'text', 'type']
  )
  t.equal(results[4]?.error?.code, 'not_allowed')
  await until(async () => (await world.texts()).length === 2)
  t.same(await world.texts(), ['Faktur belum diterima (m-1)', 'Faktur belum diterima (m-6)'])
  const alone = await ask('POST ingest', items[2])
  t.equal(alone.status, 422, 'a single one is refused as a whole')
  t.match(alone.body, { error: { code: 'invalid', field: 'from', message: /from/ } })
})

t.test('garbage is refused in JSON and leaves nothing', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect()
  const post = (body: string | Uint8Array, type = 'application/json') =>
    ask('POST ingest', body, { 'content-type': type })

  const answers = [
    await post('{'),
    await post(''),
    await post(Buffer.from([0xff, 0xfe, 0x00])),
    await post('a=1&b=2', 'application/x-www-form-urlencoded'),
    await post('"teks"'),
    await post('[]'),
    await post('{"items": 7}'),
    await post(JSON.stringify(Array.from({ length: 101 }, (_, n) => question(`m-${n}`)))),
    await ask('GET tidak-ada'),
    await ask('DELETE ingest'),
    await ask('GET outbox?wait=99'),
    await ask('GET outbox?max=-1')
  ]

  t.same(
    answers.map(({ status }) => status),
    [400, 400, 400, 400, 422, 422, 422, 422, 404, 404, 422, 422]
  )
  for (const { body } of answers) t.match(body, { error: { code: String, message: String } })
  const journal = await world.db.selectFrom('journal').select('id').execute()
  t.same(journal, [])
  const plain = await ask('POST ingest', JSON.stringify(question('m-1')), {
    'content-type': 'text/plain'
  })
  t.equal(plain.status, 200, 'the type does not matter')
})

t.test('too much at once is 413, too often is 429', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect('Toko', { maxMegabytes: 1 })
  const other = await world.connect('Lain')
  const large = 'A'.repeat(4 * 400_000)
  const attachments = [{ filename: 'besar.bin', content: large }]

  const inline = await ask('POST ingest', question('m-1', { attachments }))
  const upload = await ask('PUT uploads/besar.bin', Buffer.alloc(1024 * 1024 + 1))
  const huge = await ask('POST ingest', Buffer.alloc(12 * 1024 * 1024 + 1))
  const whole = await ask('PUT uploads/x', Buffer.alloc(20 * 1024 * 1024 + 1))

  t.same(
    [inline, upload, huge, whole].map(({ status }) => status),
    [413, 413, 413, 413]
  )
  for (const { body } of [inline, upload, huge, whole])
    t.match(body, { error: { code: 'too_large' } })
  const answers = await Promise.all(Array.from({ length: 90 }, () => ask('GET health')))
  const refused = answers.filter(({ status }) => status === 429)
  t.ok(refused.length > 10, `${refused.length} refused`)
  t.match(refused[0]?.body, { error: { code: 'too_many_requests' } })
  t.ok(Number(refused[0]?.headers.get('retry-after')) >= 1)
  t.equal((await other.ask('GET health')).status, 200, 'each account for itself')
})

t.test('a file may come before its message or after it', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect()
  const letter = Buffer.from('Surat pengantar')
  const upload = (name: string, body = letter) =>
    ask(`PUT uploads/${name}`, body, { 'content-type': 'text/plain' })
  const attach = (id: string, name: string) =>
    ask(
      'POST ingest',
      question(id, { attachments: [{ filename: 'surat.txt', mime: 'text/plain', upload: name }] })
    )
  const states = async () => {
    const rows = await world.db.selectFrom('attachment').select('state').orderBy('id').execute()
    return rows.map(({ state }) => state)
  }

  t.equal((await upload('surat-1')).status, 201)
  t.equal((await upload('surat-1')).status, 200, 'the same again')
  t.equal((await upload('surat-1', Buffer.from('lain'))).status, 409)
  t.equal((await upload('surat%2F2')).status, 422)
  await attach('m-1', 'surat-1')
  await until(async () => (await states())[0] === 'ready')
  await attach('m-2', 'surat-2')
  await until(async () => (await states())[1] === 'failed', { what: 'a first look in vain' })
  t.equal((await upload('surat-2')).status, 201)
  const again = async () => {
    world.clock.forward(60_000)
    return (await states())[1] === 'ready'
  }
  await until(again, { what: 'the late file' })
})

t.test('what a customer does is told in the open conversation of the thread', async t => {
  const world = await remoteWorld(t)
  const { ask } = await world.connect()
  const seen = { type: 'activity', thread: 'obrolan-7', name: 'page', text: 'Melihat AC 1 PK' }
  await ask('POST ingest', question('m-1'))

  const answer = await ask('POST ingest', [
    { ...seen, id: 'a-1', url: 'https://toko.example/ac' },
    { ...seen, id: 'a-1' },
    { ...seen, id: 'a-2', url: 'javascript:alert(1)' },
    { ...seen, id: 'a-3', thread: undefined },
    { ...seen, id: 'a-4', thread: 'lain' }
  ])

  t.match(answer.body.results, [
    { status: 'accepted' },
    { status: 'accepted' },
    { status: 'rejected', error: { field: 'url' } },
    { status: 'rejected', error: { field: 'thread' } },
    { status: 'accepted' }
  ])
  const did = () =>
    world.db.selectFrom('event').select('particulars').where('action', '=', 'did').execute()
  await until(async () => (await did()).length > 0)
  const done = () =>
    world.db.selectFrom('journal').select('id').where('state', '=', 'pending').execute()
  await until(async () => (await done()).length === 0)
  t.same(
    (await did()).map(({ particulars }) => JSON.parse(particulars) as object),
    [{ name: 'page', text: 'Melihat AC 1 PK', url: 'https://toko.example/ac' }]
  )
})

t.test('an identity that the program proves makes two customers one', async t => {
  const world = await remoteWorld(t)
  const proving = await world.connect('Toko', { provesEmail: true })
  const other = await world.connect('Lain')
  const email = 'sari@pelanggan.example'
  const written = [
    question('m-1', { from: { id: 'u-1' } }),
    question('m-2', { thread: 't-2', from: { email, emailVerified: true } })
  ]
  await proving.ask('POST ingest', written)
  await other.ask('POST ingest', question('m-3', { from: { id: 'u-3' } }))
  await until(async () => (await world.texts()).length === 3)
  const people = () =>
    world.db.selectFrom('customer').select('id').where('merged_into', 'is', null).execute()
  t.equal((await people()).length, 3)

  const from = (id: string) => ({ id, email, emailVerified: true })
  await other.ask('POST ingest', { type: 'identity', id: 'i-1', from: from('u-3') })
  const proven = { type: 'identity', id: 'i-1', from: from('u-1') }
  const told = await proving.ask('POST ingest', [proven, { ...proven, from: { id: 'u-1' } }])

  t.match(told.body.results, [{ status: 'accepted' }, { error: { field: 'from' } }])
  await until(async () => (await people()).length === 2, { what: 'the two to become one' })
  const suggested = () => world.db.selectFrom('suggestion').select('reason').execute()
  await until(async () => (await suggested()).length > 0, { what: 'the suggestion' })
  t.equal((await people()).length, 2, 'the other program may not vouch')
})

t.test('a link of the account leads its customer into the same conversation', async t => {
  const world = await remoteWorld(t)
  const { db, sapa } = world
  const chat = await world.connect('Obrolan')
  const inviteLink = 'https://app.example/chat?code={code}'
  const app = await world.connect('Aplikasi', { inviteLink })
  const wrong = await world.call.owner('POST /accounts', {
    ...{ type: 'remote', name: 'Salah' },
    settings: { channelName: 'Salah', inviteLink: 'https://app.example/chat' }
  })
  t.equal(wrong.status, 422, 'a link without a place for the code')
  await chat.ask('POST ingest', question('m-1'))
  await until(async () => (await world.texts()).length === 1)

  const links = await inviteLinks(sapa, chat.id, 'obrolan-7')

  t.match(links, [{ account: app.id, url: /^https:\/\/app\.example\/chat\?code=[0-9A-Z]{16}$/ }])
  const inviteCode = new URL(links[0]?.url ?? '').searchParams.get('code')
  await app.ask('POST ingest', question('m-2', { inviteCode, thread: 'x', from: { id: 'app-1' } }))
  await until(async () => (await world.texts()).length === 2)
  const rows = await db.selectFrom('message').select('conversation_id').distinct().execute()
  t.equal(rows.length, 1)
})
