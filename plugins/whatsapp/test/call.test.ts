import t from 'tap'
import { until } from '../../../test/support/until.ts'
import { call } from '../provider/call.ts'
import {
  change,
  envelope,
  message,
  messages,
  status,
  statuses,
  textOf
} from '../provider/payload.ts'
import type { Phone } from '../provider/world.ts'
import { budi, whatsappWorld, type WhatsAppWorld } from './world.ts'

const texts = async ({ db }: WhatsAppWorld, account?: number) => {
  const rows = db.selectFrom('message').select('text').where('kind', '=', 'inbound').orderBy('id')
  const own = account === undefined ? rows : rows.where('account_id', '=', account)
  return (await own.execute()).map(({ text }) => text)
}

t.test('of a mixed call one broken thing is kept aside and all others are in', async t => {
  const world = await whatsappWorld(t)
  const { graph, db } = world
  const account = await world.connect()
  const { conversation, remoteId } = await world.write(account, textOf('Halo'))
  const answer = await world.reply(conversation, 'Ya?')
  const taken = await world.takenFor(answer)
  const sari = { name: 'Sari', userId: 'ID.80114477001122' }
  const react = { type: 'reaction', reaction: { message_id: taken.id, emoji: '👍' } }
  const edit = {
    type: 'edit',
    edit: { original_message_id: remoteId, message: textOf('Halo kak') }
  }
  const changes = [
    messages(account.phone, budi, [
      message(graph, budi, textOf('Pertama')),
      { id: 'wamid.RUSAK==', timestamp: '1' },
      message(graph, budi, react),
      message(graph, budi, edit)
    ]),
    messages(account.phone, sari, [message(graph, sari, textOf('Kedua'))]),
    statuses(account.phone, [status(graph, taken, 'read'), status(graph, taken, 'delivered')]),
    change(account.phone, { anything: true }, 'hologram_update')
  ]

  for (let time = 0; time < 3; time++) {
    t.equal(await call(account.url, envelope(graph, changes), graph.appSecret), 200)
  }
  await world.settled()
  t.same(await texts(world), ['Halo kak', 'Pertama', 'Kedua'])
  await until(async () => (await world.messageRow(answer))['status'] === 'read')
  t.match(await db.selectFrom('reaction').select('emoji').execute(), [{ emoji: '👍' }])
  const failed = await db
    .selectFrom('journal')
    .select(['id', 'error'])
    .where('state', '=', 'failed')
    .execute()
  t.equal(failed.length, 1)
  const replayed = await world.call.owner(`POST /journal/${failed[0]?.id}/replay`)
  t.ok(replayed.status < 300, 'it can be read again after an update')
})

t.test('what came in another order ends the same', async t => {
  const world = await whatsappWorld(t)
  const { graph } = world
  const account = await world.connect()
  const first = message(graph, budi, textOf('Jalan Melati 5'))
  const id = String(first['id'])
  const edit = { original_message_id: id, message: textOf('Jalan Melati 7') }
  const early = [
    message(graph, budi, { type: 'edit', edit }),
    message(graph, budi, { type: 'reaction', reaction: { message_id: id, emoji: '🙏' } })
  ]
  await world.bring(account, messages(account.phone, budi, early))
  await world.settled()
  await world.bring(account, messages(account.phone, budi, [first]))

  await until(async () => (await texts(world))[0] === 'Jalan Melati 7')
  const reactions = () => world.db.selectFrom('reaction').select('emoji').execute()
  await until(async () => (await reactions()).length === 1)
  t.same(await reactions(), [{ emoji: '🙏' }])
  t.same(await texts(world), ['Jalan Melati 7'])
})

t.test('two numbers of one app: each gets its own, at whichever address', async t => {
  const world = await whatsappWorld(t)
  const { graph, db } = world
  const [phone] = graph.phones as [Phone]
  const other = { ...phone, id: '109900112233446', number: '6281190003344', name: 'Cabang' }
  graph.phones.push(other)
  const one = await world.connect()
  const two = await world.connect(other)
  const write = (number: Phone, text: string) =>
    messages(number, budi, [message(graph, budi, textOf(text))])

  await world.bring(one, write(phone, 'Untuk pusat'), write(other, 'Untuk cabang'))
  await world.bring(two, write(phone, 'Lagi untuk pusat'))
  await until(async () => (await texts(world)).length === 3)
  t.same(await texts(world, one.id), ['Untuk pusat', 'Lagi untuk pusat'])
  t.same(await texts(world, two.id), ['Untuk cabang'])

  const strange = { ...phone, id: '555000111', number: '6281190009999' }
  await world.bring(one, write(strange, 'Untuk nomor lain'))
  await until(async () => {
    const rows = db.selectFrom('account').select('notice').where('id', '=', one.id)
    return (await rows.executeTakeFirst())?.notice?.includes('6281190009999')
  })
  t.equal((await texts(world)).length, 3)
})

t.test('an answer of the phone stands in the same chat, by number or id', async t => {
  const world = await whatsappWorld(t)
  const { db } = world
  const account = await world.connect()
  const { conversation } = await world.write(account, textOf('Halo'))
  const echo = (id: string, body: string, more = {}) => ({
    ...{ from: account.phone.number, to: budi.phone, id, timestamp: '1795150060' },
    ...{ ...textOf(body), ...more }
  })
  const message_echoes = [
    echo('wamid.HP1==', 'Dari telepon'),
    echo('wamid.HP2==', 'Lagi', { to_user_id: budi.userId })
  ]
  await world.bring(account, change(account.phone, { message_echoes }, 'smb_message_echoes'))

  const find = () =>
    db
      .selectFrom('message')
      .select(['text', 'conversation_id'])
      .where('kind', '=', 'outbound')
      .orderBy('id')
      .execute()
  await until(async () => (await find()).length === 2)
  t.same(await find(), [
    { text: 'Dari telepon', conversation_id: conversation },
    { text: 'Lagi', conversation_id: conversation }
  ])
})

t.test('switched off it asks Meta to come again, and misses nothing', async t => {
  const world = await whatsappWorld(t)
  const { graph, sapa } = world
  const account = await world.connect()
  await world.write(account, textOf('Sebelum'))
  const payload = envelope(graph, [
    messages(account.phone, budi, [message(graph, budi, textOf('Selagi mati'))])
  ])

  await sapa.plugins.deactivate('whatsapp')
  t.equal(await call(account.url, payload, graph.appSecret), 503)
  t.same(await texts(world), ['Sebelum'], 'the history stays')
  await sapa.plugins.activate('whatsapp')
  await until(async () => (await call(account.url, payload, graph.appSecret)) === 200)
  await until(async () => (await texts(world)).length === 2)
  t.same(await texts(world), ['Sebelum', 'Selagi mati'])
  const rows = await world.db.selectFrom('conversation').select('id').execute()
  t.equal(rows.length, 1)
})
