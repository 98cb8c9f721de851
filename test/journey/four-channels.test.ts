import t from 'tap'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { block, write as telegram, type Words } from '../../plugins/telegram/provider/people.ts'
import { budi as budiOnTelegram } from '../../plugins/telegram/provider/people.ts'
import { status, statuses } from '../../plugins/whatsapp/provider/payload.ts'
import { channelsWorld, nextSecond, type Channel, type ChannelsWorld } from './channels-world.ts'

const phone = '6281234567890'
const budi = { name: 'Budi Santoso', phone, userId: 'ID.71002233445566778899' }
const contactOf = (userId: number, number = phone): Words => ({
  contact: { phone_number: number, first_name: 'Budi', user_id: userId }
})

t.test('one customer by four channels is one conversation', async t => {
  if (!needs(t, 'dovecot')) return
  const world = await channelsWorld(t)
  const { bot, meta, smtp } = world

  await world.whatsapp(budi, 'Mesin cuci saya bunyi kasar')
  const { conversation, customer } = await world.place('Mesin cuci saya bunyi kasar')

  telegram(bot, budiOnTelegram, contactOf(budiOnTelegram.id))
  telegram(bot, budiOnTelegram, { text: 'Saya lanjut di sini' })
  t.strictSame(await world.place('Saya lanjut di sini'), { conversation, customer })

  const guest = world.guest()
  t.equal(
    await guest.signIn({ user_id: '42', phone: `+${phone}`, email: 'budi@toko.example' }),
    200
  )
  await guest.write('Sekarang dari situs')
  t.strictSame(await world.place('Sekarang dari situs'), { conversation, customer })

  await nextSecond()
  world.mail({
    ...{ id: 'satu', from: 'budi@toko.example', dmarc: 'pass' },
    text: 'Dan ini lewat surel'
  })
  t.strictSame(await world.place('Dan ini lewat surel'), { conversation, customer })

  t.test('each reply goes where the agent chose, and nowhere else', async t => {
    const left: Record<Channel, (text: string) => boolean | Promise<boolean>> = {
      whatsapp: text => meta.world.taken.some(({ body }) => JSON.stringify(body).includes(text)),
      telegram: text => bot.sent.some(({ values }) => values['text'] === text),
      webchat: async text => (await guest.texts()).includes(text),
      email: text => smtp.received.some(({ raw }) => raw.includes(text))
    }
    const channels = Object.keys(left) as Channel[]
    for (const channel of channels) {
      const text = `Jawaban lewat ${channel}`
      await world.reply(conversation, text, await world.routeOf(conversation, channel))
      await until(() => left[channel](text), { what: text })
    }
    for (const channel of channels) {
      const others = channels.filter(one => one !== channel)
      for (const other of others) {
        t.notOk(
          await left[channel](`Jawaban lewat ${other}`),
          `${other} is not heard by ${channel}`
        )
      }
    }
  })

  t.test('the default is the last channel that can still receive', async t => {
    const defaultOf = async () =>
      (await world.routes(conversation)).find(route => route.is_default)?.channel
    const becomes = (channel: Channel) =>
      until(async () => (await defaultOf()) === channel, {
        ...{ everyMs: 500, what: `the default ${channel}` }
      })
    t.equal(await defaultOf(), 'email')

    await nextSecond()
    telegram(bot, budiOnTelegram, { text: 'Balas di Telegram saja' })
    await world.place('Balas di Telegram saja')
    await becomes('telegram')
    await nextSecond()
    await world.whatsapp(budi, 'Atau di WhatsApp')
    await world.place('Atau di WhatsApp')
    await becomes('whatsapp')

    const answer = await world.reply(conversation, 'Teknisi datang besok')
    const taken = await until(() =>
      meta.world.taken.find(({ body }) => JSON.stringify(body).includes('Teknisi datang besok'))
    )
    const late = status(meta.world, taken, 'failed', { code: 131047 })
    await world.fromMeta(statuses(world.phone, [late]))
    await becomes('telegram')
    const closed = await world.routeOf(conversation, 'whatsapp')
    t.equal(closed.window.state, 'closed')
    const { status: refused } = await world.call.agent(
      `POST /conversations/${conversation}/messages`,
      {
        kind: 'reply',
        text: 'Halo?',
        account_id: closed.account_id,
        identity_id: closed.identity_id
      }
    )
    t.equal(refused, 409, 'free words are impossible when the window is closed')
    const row = await world.db
      .selectFrom('message')
      .select('status')
      .where('id', '=', answer)
      .executeTakeFirstOrThrow()
    t.equal(row.status, 'failed')

    block(bot, budiOnTelegram)
    await becomes('email')
    t.equal((await world.routeOf(conversation, 'telegram')).is_reachable, false)
    const { db, ids } = world
    for (const [locale, words] of [
      ['en', 'The customer has blocked the bot'],
      ['id', 'Pelanggan memblokir bot']
    ] as const) {
      await db.updateTable('agent').set({ locale }).where('id', '=', ids.agent).execute()
      t.match((await open(world, conversation)).body, words)
    }
  })

  t.test('the page shows one timeline with a leg of each channel', async t => {
    const page = await open(world, conversation)
    t.equal(page.statusCode, 200)
    for (const text of [
      'Mesin cuci saya bunyi kasar',
      'Saya lanjut di sini',
      'Sekarang dari situs',
      'Dan ini lewat surel'
    ]) {
      t.match(page.body, text)
    }
    for (const channel of ['whatsapp', 'telegram', 'webchat', 'email']) {
      t.match(page.body, `data-channel="${channel}"`)
    }
  })

  t.test('a plugin may be off for a while: what came meanwhile comes in', async t => {
    const { plugins } = world.sapa
    await plugins.deactivate('telegram')
    await plugins.deactivate('whatsapp')
    telegram(bot, budiOnTelegram, { text: 'Ditulis selagi Telegram padam' })
    const waiting = world.whatsapp(budi, 'Ditulis selagi WhatsApp padam')
    const page = await open(world, conversation)
    t.match(page.body, 'Saya lanjut di sini', 'the history stays')
    await plugins.activate('telegram')
    await plugins.activate('whatsapp')
    await waiting
    for (const text of ['Ditulis selagi Telegram padam', 'Ditulis selagi WhatsApp padam']) {
      t.strictSame(await world.place(text), { conversation, customer })
      const rows = await world.db
        .selectFrom('message')
        .select('id')
        .where('text', '=', text)
        .execute()
      t.equal(rows.length, 1, 'once')
    }
  })
})

t.test('what is only typed joins nobody', async t => {
  if (!needs(t, 'dovecot')) return
  const world = await channelsWorld(t)
  const { bot } = world

  await world.whatsapp(budi, 'Rahasia pesanan saya TS-8841')
  const real = await world.place('Rahasia pesanan saya TS-8841')
  const owner = world.guest()
  await owner.signIn({ user_id: '42', phone: `+${phone}`, email: 'budi@toko.example' })
  await owner.write('Alamat saya Jalan Dago 112')
  t.strictSame(await world.place('Alamat saya Jalan Dago 112'), real)

  const stranger = { ...budiOnTelegram, id: 990_002, first_name: 'Anton', username: 'anton' }
  telegram(bot, stranger, contactOf(budiOnTelegram.id))
  telegram(bot, stranger, { text: 'Ini nomor saya' })
  const guest = world.guest()
  await guest.profile({ email: 'budi@toko.example', phone: `+${phone}` })
  await guest.write('Pesanan saya mana?')
  world.mail({ id: 'dua', from: 'budi@toko.example', dmarc: 'fail', text: 'Kirim ulang faktur' })

  const places = await everyPlace(world, [
    'Ini nomor saya',
    'Pesanan saya mana?',
    'Kirim ulang faktur'
  ])
  t.notOk(
    places.some(
      place => place.conversation === real.conversation || place.customer === real.customer
    ),
    'three others in three conversations'
  )
  t.equal(new Set(places.map(({ customer }) => customer)).size, 3)

  t.test('agents get suggestions with their reason', async t => {
    const [onTelegram, onSite, byMail] = places
    const suggestions = await world.db.selectFrom('suggestion').selectAll().execute()
    const of = (customer: number | undefined) =>
      suggestions.filter(
        one =>
          [one.customer_id, one.other_customer_id].includes(customer ?? 0) &&
          [one.customer_id, one.other_customer_id].includes(real.customer)
      )
    t.ok(of(onSite?.customer).length > 0, 'typed in the form before the chat')
    t.ok(of(byMail?.customer).length > 0, 'a mail that its server did not prove')
    t.strictSame(of(onTelegram?.customer), [], "somebody else's card says nothing of who sent it")
    const page = await open(world, onSite?.conversation)
    t.match(page.body, 'Budi Santoso', 'the card names whom it may be')
  })

  t.test('and nothing leaks', async t => {
    for (const { conversation } of places) {
      const page = await open(world, conversation)
      // Beside it stands the list of all conversations, which this agent may read.
      const [, opened = ''] = page.body.split(`id="timeline-${conversation}"`)
      t.match(opened, 'data-message=')
      t.notMatch(opened, 'TS-8841')
      t.notMatch(opened, 'Jalan Dago')
      const { body } = await world.call.agent(`GET /conversations/${conversation}/messages`)
      t.notMatch(JSON.stringify(body), 'TS-8841')
      const ways = await world.routes(conversation)
      t.notOk(ways.some(({ to }) => to === budi.userId || to === `+${phone}`))
    }
    t.strictSame(await guest.texts(), ['Pesanan saya mana?'])
    await world.reply(places[1]?.conversation ?? 0, 'Boleh sebut nomor pesanannya?')
    await until(async () => (await guest.texts()).length === 2)
    t.notMatch((await owner.texts()).join(), 'Boleh sebut nomor pesanannya?')
    t.equal(world.meta.world.taken.length, 0, 'nothing has gone to the number that was only typed')
    t.equal(world.smtp.received.length, 0, 'nor to the address')
  })
})

const everyPlace = (world: ChannelsWorld, texts: string[]) =>
  Promise.all(texts.map(text => world.place(text)))

const open = ({ app, as }: ChannelsWorld, conversation = 0) =>
  app.inject(as.agent({ method: 'GET', url: `/conversations/${conversation}` }))
