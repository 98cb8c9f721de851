import { randomUUID } from 'node:crypto'
import t from 'tap'
import { fileMs, patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { chatWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('a visitor and an agent talk', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()

  await t.test('a stranger has no history and makes nothing', async t => {
    const history = await ratna.history()
    t.match(history, { visitor: null, messages: [], unread: 0 })
    t.equal((await ratna.ask('GET stream')).status, 404)
    t.same(await world.texts(), [])
  })

  await t.test('the first message begins a conversation and tells the page', async t => {
    const page = { url: 'https://toko.example/mesin-cuci#atas', title: 'Mesin cuci' }
    const { status, body } = await ratna.write('Apakah stoknya ada?', { page })
    t.equal(status, 202)
    t.match(body.message, { from: 'visitor', text: 'Apakah stoknya ada?', status: 'sent' })
    const conversation = await world.conversationOf('Apakah stoknya ada?')
    const row = await world.db
      .selectFrom('message')
      .select('headers')
      .where('conversation_id', '=', conversation)
      .executeTakeFirstOrThrow()
    t.match(row.headers, /https:\/\/toko.example\/mesin-cuci"/)
  })

  await t.test('an answer comes by the stream, and again by history', async t => {
    const ear = await ratna.listen()
    t.equal(ear.status, 200)
    const conversation = await world.conversationOf('Apakah stoknya ada?')
    const sent = await world.reply(conversation, 'Ada, enam unit.')
    const answer = await until(() => ear.messages().find(({ from }) => from === 'agent'))
    t.match(answer, { text: 'Ada, enam unit.', author: { name: String } })
    await until(async () => (await world.statusOf(sent)) === 'sent')
    const { messages, unread } = await ratna.history()
    t.same(
      messages.map(({ text }) => text),
      ['Apakah stoknya ada?', 'Ada, enam unit.']
    )
    t.equal(unread, 1)

    await ratna.ask('PUT reading', { delivered: answer.seq, read: 0 })
    await until(async () => (await world.statusOf(sent)) === 'delivered')
    await ratna.ask('PUT reading', { delivered: answer.seq, read: answer.seq })
    await until(async () => (await world.statusOf(sent)) === 'read')
    await ratna.ask('PUT reading', { delivered: 0, read: 0 })
    t.equal((await ratna.history()).unread, 0, 'marks only go forward')
    ear.close()
  })

  await t.test('the same clientId is the same message', async t => {
    const clientId = randomUUID()
    const [first, second] = await Promise.all([
      ratna.write('Terima kasih', { clientId }),
      ratna.write('Terima kasih', { clientId })
    ])
    const third = await ratna.write('Terima kasih', { clientId })
    t.same([second.body, third.body], [first.body, first.body])
    await world.conversationOf('Terima kasih')
    t.equal((await world.texts()).filter(text => text === 'Terima kasih').length, 1)
  })

  await t.test('two tabs hear both, a third one begins where it was', async t => {
    const tabs = [await ratna.listen(0), await ratna.listen(0)]
    const { body } = await ratna.write('Dari tab pertama')
    for (const tab of tabs) {
      const heard = await until(() => {
        const all = tab.messages().map(({ text }) => text)
        return all.includes('Dari tab pertama') && all
      })
      t.same(heard, ['Apakah stoknya ada?', 'Ada, enam unit.', 'Terima kasih', 'Dari tab pertama'])
    }
    const late = await ratna.listen(body.message.seq - 1)
    await until(() => late.messages().length === 1)
    t.equal(late.messages()[0]?.text, 'Dari tab pertama')
    for (const tab of [...tabs, late]) tab.close()
  })

  await t.test('an answer is tapped by what it means, and only what was offered', async t => {
    const guest = world.guest()
    await guest.write('Jadi dikirim?')
    const conversation = await world.conversationOf('Jadi dikirim?')
    const choices = [{ id: 'kirim:ya', title: 'Ya, kirim' }]
    await world.reply(conversation, 'Dikirim hari ini?', { choices })
    const offered = async () => (await guest.history()).messages.find(one => one.choices)
    const { seq, choices: shown } = await until(offered, { what: 'the choices' })
    t.strictSame(shown, [{ title: 'Ya, kirim' }], 'without what they mean')

    for (const choice of [
      { of: seq, index: 1 },
      { of: seq + 999, index: 0 }
    ]) {
      t.equal((await guest.write('Ya', { choice })).status, 400)
    }
    const thief = world.guest()
    const taken = await thief.write('Ya', { choice: { of: seq, index: 0 } })
    t.equal(taken.status, 400, 'what was offered to others is nothing')
    const { status, body } = await guest.write('x', { choice: { of: seq, index: 0 } })
    t.strictSame([status, body.message.text], [202, 'Ya, kirim'])
    const find = () =>
      world.db
        .selectFrom('message')
        .select('headers')
        .where('text', '=', 'Ya, kirim')
        .executeTakeFirst()
    const { headers } = await until(find, { what: 'the message' })
    t.match(JSON.parse(headers), { choice: 'kirim:ya' })
  })

  await t.test('typing goes both ways and is never kept', async t => {
    const ear = await ratna.listen()
    const { body } = await ratna.write('Saya tulis dulu')
    await world.conversationOf('Saya tulis dulu')
    t.equal((await ratna.ask('POST typing', { isTyping: true })).status, 204)
    const session = world.sapa.supervisor.session(world.account)
    const { visitor } = await ratna.history()
    const to = { kind: 'external' as const, value: visitor ?? '' }
    const signal = AbortSignal.timeout(patienceMs)
    await session?.typing?.({ to, conversation: 1, author: { name: 'Sari' } }, true, signal)
    await until(() => ear.events.some(event => event.type === 'typing' && event.isTyping))

    const remoteId = `m:${visitor}:${body.message.clientId}`
    await session?.markRead?.({ to, conversation: 1, remoteId }, signal)
    const read = await until(() => ear.events.find(event => event.type === 'read'))
    t.match(read, { seq: body.message.seq })
    const { messages, agentSeq } = await ratna.history()
    t.equal(messages.at(-1)?.status, 'read')
    t.equal(agentSeq, body.message.seq, 'who has no stream asks for it')
    ear.close()
    const late = await ratna.listen(body.message.seq)
    const again = await until(() => late.events.find(event => event.type === 'read'))
    t.match(again, { seq: body.message.seq }, 'who comes back is told')
    late.close()
  })

  await t.test('another visitor sees nothing of it', async t => {
    const budi = world.guest()
    await budi.write('Saya orang lain')
    t.same(
      (await budi.history()).messages.map(({ text }) => text),
      ['Saya orang lain']
    )
    const other = await world.connect('Toko Lain')
    const stolen = world.askWith(ratna.token, other.key)
    t.equal((await stolen('GET messages')).body.visitor, null, 'a token is of one widget')
  })

  await t.test('who ends the chat is nobody any more', async t => {
    const ear = await ratna.listen()
    t.equal((await ratna.ask('DELETE visitor')).status, 204)
    await ear.ended
    t.match(ear.events.at(-1), { type: 'ended' })
    for (const what of ['GET messages', 'GET stream', 'DELETE visitor']) {
      t.match(await ratna.ask(what), { status: 410, body: { code: 'ended', text: String } }, what)
    }
    t.match(await ratna.write('Masih di sini?'), { status: 410 })
  })
})

t.test('what is wrong is refused in words', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest({ 'accept-language': 'id' })
  await ratna.write('Halo')

  const cases: [string, object, number, string][] = [
    ['no text', { text: '  \n ' }, 400, 'empty'],
    ['only marks of direction', { text: '\u202e\u0000' }, 400, 'empty'],
    ['too long', { text: 'a'.repeat(4001) }, 400, 'too_long'],
    ['no uuid', { clientId: '1' }, 400, 'invalid'],
    ['a text that is none', { text: { toString: 'x' } }, 400, 'invalid'],
    ['unknown file', { files: [randomUUID()] }, 400, 'invalid'],
    ['many files', { files: Array.from({ length: 6 }, () => randomUUID()) }, 400, 'too_many_files']
  ]
  for (const [name, more, status, code] of cases) {
    await t.test(name, async t => {
      const { body, ...answer } = await ratna.write('Halo', more)
      if (name === 'unknown file') return t.match({ ...answer, body }, { status: 404 })
      return t.match({ ...answer, body }, { status, body: { code, text: /\S+ / } })
    })
  }
  t.match(await world.askWith(null)('POST messages', {}), { status: 400 })
  t.match(await world.askWith('kurang', world.key)('GET messages'), { status: 400 })
  t.match(await world.askWith(null, 'pub_tidakada')('GET config'), { status: 404 })
  t.match((await ratna.write('')).body.text, /Tulis pesan/)
  const cleaned = await ratna.write('a\u202eb\u0007c\r\nd\u2028e')
  t.equal(cleaned.body.message.text, 'abc\nd\ne')
  t.equal([...(await ratna.write('😀'.repeat(4000))).body.message.text].length, 4000)
})

t.test('floods are stopped, and who repeats is not', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  const clientId = randomUUID()
  await ratna.write('pesan 0', { clientId })
  for (let n = 1; n < 10; n++) t.equal((await ratna.write(`pesan ${n}`)).status, 202)
  const flood = await ratna.write('pesan 10')
  t.match(flood, { status: 429, body: { code: 'too_many', retryAfterMs: Number } })
  t.ok(Number(flood.headers.get('retry-after')) > 0)
  t.equal((await ratna.write('pesan 0', { clientId })).status, 202, 'a repeat counts nothing')

  await world.configure({ newPerMinute: 2 })
  const strangers = [world.guest(), world.guest(), world.guest()]
  const answers = []
  for (const one of strangers) answers.push((await one.write('Halo')).status)
  t.ok(answers.includes(429), String(answers))

  await world.configure({ newPerMinute: 100, messagesPerMinute: 10 })
  const statuses = []
  for (let n = 0; n < 12; n++) statuses.push((await world.guest().write('Halo')).status)
  t.equal(statuses.at(-1), 429, 'the widget as a whole')
})

t.test('under attack only messages come in', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  await ratna.write('Halo')
  const ear = await ratna.listen()
  await world.configure({ isFormOnly: true })
  await ear.ended
  t.match(await ratna.ask('GET stream'), { status: 409, body: { code: 'form_only' } })
  t.equal((await ratna.ask('POST typing', { isTyping: true })).status, 409)
  const png = Buffer.from('89504e470d0a1a0a', 'hex')
  t.equal((await ratna.ask(`PUT files/${randomUUID()}`, png)).status, 409)
  t.equal((await ratna.write('Tolong hubungi saya')).status, 202)
  t.equal((await ratna.write('Sekali lagi')).status, 202)
  t.equal((await ratna.write('Dan lagi')).status, 429)
  t.equal((await ratna.history()).state.isFormOnly, true)
})

t.test('while the line is closed nothing is lost', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  await ratna.write('Halo')
  const conversation = await world.conversationOf('Halo')
  const ear = await ratna.listen()
  await world.call.owner(`PATCH /accounts/${world.account}`, { is_enabled: false })
  await ear.ended
  const closed = await until(async () => {
    const answer = await ratna.write('Masih ada?')
    return answer.status === 503 && answer
  })
  t.match(closed.body, { code: 'closed', retryAfterMs: Number })
  t.ok(closed.headers.get('retry-after'))
  await world.call.owner(`PATCH /accounts/${world.account}`, { is_enabled: true })
  await until(async () => (await ratna.write('Ya, masih.')).status === 202)
  t.equal(await world.conversationOf('Ya, masih.'), conversation)
})
