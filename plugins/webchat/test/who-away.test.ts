import t from 'tap'
import { until } from '../../../test/support/until.ts'
import type { ChatDb } from '../table.ts'
import { customersOf, identitiesOf, key, token, wrote } from './who-world.ts'
import { chatWorld } from './world.ts'

t.test('confirming an address', async t => {
  const world = await chatWorld(t)
  const { provider, call, url, db } = world
  const guest = world.guest({ 'accept-language': 'id' })
  const conversation = await wrote(world, guest, 'Kapan dikirim?')
  const put = (email: unknown, by = guest) => by.ask('PUT email', { email })
  t.equal((await put('ratna@contoh.id')).body.code, 'no_mail', 'nobody can carry it')
  const settings = { host: 'surat.test', password: 'rahasia' }
  await call.owner('POST /accounts', { type: 'surat', name: 'Surat', settings })

  const linkIn = async (to: string, count = 1) => {
    const find = () => {
      const mails = provider.sent.filter(({ step }) => step.to.value === to)
      return mails.length === count && mails.at(-1)
    }
    const { step } = await until(find, { what: `the mail to ${to}` })
    return new URL(/https?:\/\/\S+\/chat\/confirm\/[\w-]{32}/.exec(step.text)?.[0] ?? '').pathname
  }
  const open = async (path: string, method = 'GET') => {
    const headers = { 'accept-language': 'id', ...(method === 'POST' && { origin: url }) }
    const response = await fetch(`${url}${path}`, { method, headers })
    return { status: response.status, text: await response.text() }
  }

  t.test('a link has to be opened and pressed', async t => {
    for (const wrong of ['', 'ratna', 'a@b.id, c@d.id', 'a@b.id\nBcc: c@d.id', 7, null]) {
      t.equal((await put(wrong)).body.code, 'invalid', JSON.stringify(wrong))
    }
    t.equal((await put('Ratna@Contoh.id')).status, 202)
    const path = await linkIn('ratna@contoh.id')
    t.strictSame((await guest.history()).state.email, {
      ...{ value: 'ratna@contoh.id', isConfirmed: false }
    })

    const page = await open(path)
    t.equal(page.status, 200)
    t.match(page.text, /<form method="post"><button>Konfirmasi/)
    t.equal((await guest.history()).state.email?.isConfirmed, false, 'opening is not enough')

    const ear = await guest.listen()
    const done = await open(path, 'POST')
    t.match(done.text, /ratna@contoh\.id sudah dikonfirmasi/)
    t.match((await guest.history()).state, {
      email: { isConfirmed: true },
      offers: { email: false }
    })
    await until(() => ear.events.some(one => one.type === 'state' && one.state.email?.isConfirmed))
    t.match((await open(path, 'POST')).text, /sudah dikonfirmasi/, 'twice is once')
    t.match((await open(path)).text, /sudah dikonfirmasi/)
  })

  t.test('what was confirmed is verified for the agent', async t => {
    const [customer = 0] = await customersOf(world, 'Kapan dikirim?')
    const verified = async () =>
      (await identitiesOf(world, customer)).find(
        ({ value, verified_at: at }) => value === 'ratna@contoh.id' && at !== null
      )
    t.ok(await until(verified, { what: 'the address to be verified' }))
    t.ok(conversation)
  })

  t.test('codes cannot be guessed and end after a day', async t => {
    t.equal((await open(`/chat/confirm/${'A'.repeat(32)}`)).status, 404)
    t.equal((await open('/chat/confirm/x', 'POST')).status, 404)
    const other = world.guest()
    await wrote(world, other, 'Nomor resi?')
    await put('budi@contoh.id', other)
    const path = await linkIn('budi@contoh.id')
    const stored = await (db as never as ChatDb)
      .selectFrom('webchat_email_code')
      .select('hash')
      .execute()
    t.notOk(
      stored.some(({ hash }) => path.includes(hash)),
      'only their hash is kept'
    )
    await (db as never as ChatDb)
      .updateTable('webchat_email_code')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    const late = await open(path, 'POST')
    t.equal(late.status, 404)
    t.match(late.text, /tidak berlaku lagi/)
    t.equal((await other.history()).state.email?.isConfirmed, false)
  })

  t.test('nobody gets more than a few mails', async t => {
    const one = world.guest()
    await wrote(world, one, 'Halo dari saya')
    for (const n of [1, 2, 3]) t.equal((await put(`orang${n}@contoh.id`, one)).status, 202)
    const fourth = await put('orang4@contoh.id', one)
    t.strictSame([fourth.status, fourth.body.code], [429, 'too_many'])
  })
})

t.test('the panel knows whether somebody is there', async t => {
  const world = await chatWorld(t)
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const every = (hours: string) => Object.fromEntries(days.map(day => [day, hours]))
  const said = { promiseId: 'Dijawab dalam 5 menit.', awayId: 'Tinggalkan email.' }
  const guest = world.guest({ 'accept-language': 'id' })

  await world.configure({ hours: 'weekly', ...every('00:00-24:00'), ...said })
  const open = (await guest.history()).state
  t.match(open, { isOpen: true, opensAt: null, promise: 'Dijawab dalam 5 menit.' })

  const now = new Date()
  const today = (now.getUTCDay() + 6 + (now.getUTCHours() >= 17 ? 1 : 0)) % 7
  await world.configure({ ...every(''), [days[(today + 3) % 7] ?? '']: '08:30-17:00' })
  const closed = (await guest.history()).state
  t.equal(closed.isOpen, false)
  t.match(closed.promise, /^Kami buka lagi \S+ pukul 08\.30\. Tinggalkan email\.$/)
  t.match(new Date(closed.opensAt ?? 0).toISOString(), 'T01:30:00.000Z', 'by the clock of Jakarta')

  await world.configure({ offersEmail: false, offersElsewhere: false, asksRating: false })
  t.match((await guest.history()).state, {
    offers: { email: false, elsewhere: false },
    rating: { isAsked: false }
  })
})

t.test('answers that were not read', async t => {
  const world = await chatWorld(t)
  const { provider, call, sapa, db } = world
  const tables = db as never as ChatDb
  await world.configure({ signKey: key })
  const settings = { host: 'surat.test', password: 'rahasia' }
  await call.owner('POST /accounts', { type: 'surat', name: 'Surat', settings })
  const mails = () => provider.sent.map(({ step }) => step)

  /** The minute's job, after so many minutes. */
  const later = async (minutes: number) => {
    const at = Date.now() - minutes * 60_000
    await tables.updateTable('webchat_message').set({ at }).where('author', '=', 'agent').execute()
    await sapa.jobs.add(db, 'webchat', 'mail-unread', {})
    await until(
      async () => {
        const waiting = await db
          .selectFrom('job')
          .select('id')
          .where('name', '=', 'mail-unread')
          .where('run_at', '<=', Date.now())
          .where('state', '!=', 'dead')
          .execute()
        return waiting.length === 0
      },
      { what: 'the job' }
    )
  }
  const visitorWith = async (email: string, text: string) => {
    const guest = world.guest()
    await guest.ask('PUT identity', token({ user_id: email, email }))
    const conversation = await wrote(world, guest, text)
    const answer = async (words: string) => {
      await world.reply(conversation, words)
      await until(async () => (await guest.history()).messages.some(one => one.text === words))
    }
    return { guest, answer }
  }

  t.test('go together to the address, each once, and the panel shows it', async t => {
    const { guest, answer } = await visitorWith('ratna@contoh.id', 'Ada stok?')
    await answer('Ada tiga unit.')
    await answer('Warna putih semua.')
    await later(1)
    t.equal(mails().length, 0, 'there is still time to read')
    await later(3)
    const mail = await until(() => mails()[0], { what: 'the mail' })
    t.equal(mail.to.value, 'ratna@contoh.id')
    t.match(mail.text, /Ada tiga unit\.[^]*Warna putih semua\./)
    await later(4)
    t.equal(mails().length, 1)
    const { messages } = await guest.history()
    t.strictSame(
      messages.map(({ isMailed = false }) => isMailed),
      [false, true, true]
    )
    await answer('Besok dikirim.')
    await later(5)
    await until(() => mails().length === 2, { what: 'what is new' })
    t.notMatch(mails()[1]?.text, 'Ada tiga unit.')
  })

  t.test('stay where they are when they were read, or the visitor is here', async t => {
    const before = mails().length
    const { guest, answer } = await visitorWith('budi@contoh.id', 'Bisa ditukar?')
    const ear = await guest.listen()
    await answer('Bisa, bawa notanya.')
    await later(3)
    t.equal(mails().length, before, 'five minutes for who is here')
    const seq = (await guest.history()).messages.at(-1)?.seq ?? 0
    await guest.ask('PUT reading', { delivered: seq, read: seq })
    ear.close()
    await later(30)
    t.equal(mails().length, before)
  })

  t.test('are told to a panel that stays open unread', async t => {
    const { guest, answer } = await visitorWith('sari@contoh.id', 'Kapan dikirim?')
    const ear = await guest.listen()
    await answer('Sore ini.')
    await later(6)
    const seqs = (await guest.history()).messages.slice(-1).map(({ seq }) => seq)
    await until(() => ear.events.some(({ type }) => type === 'mailed'), { what: 'the news' })
    t.strictSame(
      ear.events.filter(({ type }) => type === 'mailed'),
      [{ type: 'mailed', seqs }]
    )
  })

  t.test('never go to an address that was only typed', async t => {
    const before = mails().length
    const guest = world.guest()
    await guest.ask('PUT profile', { email: 'vip@contoh.id' })
    const conversation = await wrote(world, guest, 'Kirim jawabannya ke VIP')
    await world.reply(conversation, 'Rahasia untuk Anda.')
    await until(async () => (await guest.history()).messages.length === 2)
    await later(60)
    t.equal(mails().length, before)
  })
})

t.test('ratings', async t => {
  const world = await chatWorld(t)
  const { call } = world
  const guest = world.guest({ 'accept-language': 'id' })
  const conversation = await wrote(world, guest, 'Terima kasih atas bantuannya')
  const ear = await guest.listen()
  const rate = (stars: unknown, comment = '') => guest.ask('PUT rating', { stars, comment })

  t.equal((await rate(5)).body.code, 'not_asked', 'not while it is open')
  await call.agent(`PATCH /conversations/${conversation}`, { status: 'closed' })
  await until(async () => (await guest.history()).state.rating.isAsked, { what: 'to be asked' })
  await until(() => ear.events.some(event => event.type === 'state' && event.state.rating.isAsked))
  for (const wrong of [0, 6, 4.5, '4', null]) t.equal((await rate(wrong)).status, 400)
  t.equal((await rate(4, 'x'.repeat(2000))).status, 400)

  t.equal((await rate(4, 'Cepat dijawab')).status, 204)
  t.strictSame((await guest.history()).state.rating, { isAsked: true, stars: 4 })
  t.equal((await rate(5)).status, 204, 'it can still be changed')
  const told = () =>
    world.db
      .selectFrom('event')
      .select('particulars')
      .where('conversation_id', '=', conversation)
      .where('action', '=', 'did')
      .orderBy('id')
      .execute()
  const lines = await until(
    async () => {
      const rows = await told()
      return rows.length === 2 && rows.map(({ particulars }) => JSON.parse(particulars).text)
    },
    { what: 'the ratings in the timeline' }
  )
  t.match(lines, [/4 .* 5: Cepat dijawab/, /5 .* 5/])

  t.equal((await world.guest().ask('PUT rating', { stars: 1 })).status, 404)
})
