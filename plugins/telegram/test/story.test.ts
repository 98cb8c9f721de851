import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import type { Chat } from '../provider/bot.ts'
import { block, budi, edit, fileIn, react, unblock, write } from '../provider/people.ts'
import { telegramWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('what a customer sends, as it stands in the timeline', async t => {
  const world = await telegramWorld(t)
  const { db } = world
  const { id, bot } = await world.connect(undefined, { groups: 'each' })
  const read = (message: number) =>
    db.selectFrom('message').selectAll().where('id', '=', message).executeTakeFirstOrThrow()
  const files = (message: number) =>
    db
      .selectFrom('attachment')
      .select(['kind', 'filename', 'size', 'state'])
      .where('message_id', '=', message)
      .orderBy('id')
      .execute()

  await t.test('changed words keep their history, and reactions wake nobody', async t => {
    const written = write(bot, budi, { text: 'Alamat: Jalan Melati 5' })
    const message = await world.message('Alamat: Jalan Melati 5')
    edit(bot, written, { text: 'Alamat: Jalan Melati 7' })
    await until(async () => (await read(message.id)).text.endsWith('7'), { what: 'the new words' })
    const versions = await db.selectFrom('message_version').select('text').execute()
    t.same(versions, [{ text: 'Alamat: Jalan Melati 5' }])

    const reply = await world.reply(message.conversation_id, 'Baik, kami kirim ke sana.')
    const { remote_id } = await world.gets(reply, 'sent')
    react(bot, budi, Number(remote_id?.split(':')[1]), ['🙏'])
    const reactions = () =>
      db.selectFrom('reaction').select(['message_id', 'emoji', 'actor_kind']).execute()
    await until(async () => (await reactions()).length === 1, { what: 'the reaction' })
    t.match(await reactions(), [{ message_id: reply, emoji: '🙏', actor_kind: 'customer' }])
  })

  await t.test('files are fetched, and what is too large says what to ask for', async t => {
    const bytes = Buffer.alloc(3000, 'a')
    const voice = fileIn(bot, bytes, { mime_type: 'audio/ogg', duration: 3 })
    write(bot, budi, { voice, caption: 'Dengar ini' })
    const { id: heard } = await world.message('Dengar ini')
    await until(async () => (await files(heard))[0]?.state === 'ready', { what: 'the voice' })
    t.match(await files(heard), [{ kind: 'voice', filename: 'voice.ogg', size: 3000 }])

    const facts = { file_name: 'rekaman.zip', mime_type: 'application/zip' }
    const document = fileIn(bot, Buffer.alloc(1), facts, 30 * 1024 * 1024)
    write(bot, budi, { document, caption: 'Rekamannya' })
    const large = await world.message('Rekamannya')
    t.match(await files(large.id), [{ filename: 'rekaman.zip', state: 'failed' }])
    const page = await world.app.inject(
      world.as.agent({ url: `/conversations/${large.conversation_id}` })
    )
    t.match(page.payload, 'Minta berkas yang lebih kecil atau tautan.')
  })

  await t.test('an album is one message', async t => {
    const photo = () => [fileIn(bot, Buffer.alloc(500), { width: 90, height: 67 })]
    const media_group_id = '13900000001'
    write(bot, budi, { photo: photo(), caption: 'Barang rusak', media_group_id })
    write(bot, budi, { photo: photo(), media_group_id })
    const { id: album } = await world.message('Barang rusak')
    await until(async () => (await files(album)).length === 2, { what: 'the second picture' })
    t.match(await files(album), [{ kind: 'image' }, { kind: 'image' }])
  })

  await t.test('a shared number is proven, and is the same customer', async t => {
    const contact = { phone_number: '6281234567890', first_name: 'Budi', user_id: budi.id }
    const { identity_id } = await world.message('Barang rusak')
    write(bot, budi, { contact })
    const phone = () =>
      db.selectFrom('identity').selectAll().where('kind', '=', 'phone').executeTakeFirst()
    const found = await until(phone, { what: 'the number' })
    const own = await db
      .selectFrom('identity')
      .select('customer_id')
      .where('id', '=', identity_id)
      .executeTakeFirstOrThrow()
    t.match(found, { value: '+6281234567890', customer_id: own.customer_id })
    t.not(found.verified_at, null)
  })

  await t.test('a group is one conversation, whoever writes', async t => {
    const group: Chat = { id: -10055, type: 'supergroup', title: 'Reseller Bandung' }
    bot.chats.set(group.id, group)
    write(bot, budi, { text: 'Stok kaos ada?' }, group)
    const sari = { id: 771_002, first_name: 'Sari' }
    write(bot, sari, { text: 'Saya juga mau' }, group)
    const first = await world.message('Stok kaos ada?')
    const second = await world.message('Saya juga mau')
    t.equal(second.conversation_id, first.conversation_id)
    t.not((await world.message('Barang rusak')).conversation_id, first.conversation_id)
    t.match(JSON.parse(second.headers), { member: 'Sari' })
    const reply = await world.reply(first.conversation_id, 'Ada, 20 lusin.')
    const { remote_id } = await world.gets(reply, 'sent')
    t.match(remote_id, /^-10055:/)

    const ours = Number(remote_id?.split(':')[1])
    react(bot, sari, ours, ['👍', '🔥'], group)
    react(bot, budi, ours, ['👍'], group)
    react(bot, sari, ours, ['👍'], group)
    const url = `/conversations/${first.conversation_id}/messages/${reply}`
    const page = async () => (await world.app.inject(world.as.agent({ url }))).body
    await until(async () => /👍 <b>2<\/b>/.test(await page()), { what: 'both have reacted' })
    t.match(await page(), /title="(Budi Santoso, Sari|Sari, Budi Santoso)"/)
    t.notMatch(await page(), '🔥')
  })

  await t.test('a link from elsewhere leads to the bot', async t => {
    const definition = world.sapa.channels.get('telegram')
    const facts = { type: 'telegram', ownAddresses: [], settings: {}, address: null }
    t.equal(
      definition?.inviteUrl?.({ ...facts, id }, 'A1B2'),
      'https://t.me/tokosapa_bot?start=A1B2'
    )
    t.match(definition?.firstMessage?.({ ...facts, id }), { url: 'https://t.me/tokosapa_bot' })
    t.equal(definition?.inviteUrl?.({ ...facts, id: 99 }, 'A1B2'), null)
  })
})

t.test('who blocks one bot is still there for the other', async t => {
  const world = await telegramWorld(t)
  const shop = await world.connect()
  const workshop = await world.connect(world.api.addBot('bengkelsapa_bot', 'Bengkel Sapa'))
  write(shop.bot, budi, { text: 'Halo toko' })
  const { conversation_id } = await world.message('Halo toko')
  write(workshop.bot, budi, { text: 'Halo bengkel' })
  await world.message('Halo bengkel')
  const reached = async () => {
    const { body } = await world.call.agent(`GET /conversations/${conversation_id}/routes`)
    const ways = body.data as { account_id: number; is_reachable: boolean; is_default: boolean }[]
    const by = (account: number) => ways.find(way => way.account_id === account)
    return [by(shop.id)?.is_reachable, by(workshop.id)?.is_reachable]
  }
  const become = (...wanted: boolean[]) =>
    until(async () => (await reached()).join() === wanted.join(), {
      ...{ everyMs: 300, what: `reachable: ${wanted.join()}` }
    })

  t.strictSame(await reached(), [true, true])
  block(shop.bot, budi)
  await become(false, true)
  write(workshop.bot, budi, { text: 'Servis jam berapa?' })
  await world.message('Servis jam berapa?')
  t.strictSame(await reached(), [false, true], 'a message to the other changes nothing')
  block(workshop.bot, budi)
  await become(false, false)
  write(shop.bot, budi, { text: 'Saya kembali' })
  await become(true, false)
  unblock(workshop.bot, budi)
  await become(true, true)
})
