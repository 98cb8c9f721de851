import t from 'tap'
import { until } from '../../../test/support/until.ts'
import { call, signature, verify, written } from '../provider/call.ts'
import { envelope, message, messages, textOf } from '../provider/payload.ts'
import { budi, verifyToken, whatsappWorld } from './world.ts'

t.test('a customer writes and is answered, with ticks', async t => {
  const world = await whatsappWorld(t)
  const account = await world.connect()

  const { conversation, message: id } = await world.write(
    account,
    textOf('Faktur belum diterima 😭')
  )
  t.match(await world.messageRow(id), { text: 'Faktur belum diterima 😭', is_verified: 1 })
  const answer = await world.reply(conversation, 'Kami kirim ulang ya: https://toko.example/f/1')
  const taken = await world.takenFor(answer)
  t.match(taken.body, {
    type: 'text',
    text: { body: 'Kami kirim ulang ya: https://toko.example/f/1', preview_url: true },
    biz_opaque_callback_data: /^c\d+\.m\d+\./
  })
  const marked = await world.reply(conversation, '**Besok** jam `9`: <b>https://toko.example</b>')
  t.match((await world.takenFor(marked)).body, { text: { body: /^\*Besok\* jam `9`/ } })
  const page = await world.app.inject(world.as.agent({ url: `/conversations/${conversation}` }))
  t.match(page.body, '<strong>Besok</strong> jam <code class="said--code">9</code>')
  t.match(page.body, '&lt;b&gt;<a class="link" href="https://toko.example"')
  for (const word of ['delivered', 'sent', 'read']) await world.tell(account, taken, word)
  await until(async () => (await world.messageRow(answer))['status'] === 'read')
})

t.test('the address is verified by its token alone', async t => {
  const world = await whatsappWorld(t)
  const { url } = await world.connect()

  t.same(await verify(url, verifyToken), { status: 200, text: '1158201444' })
  t.equal((await verify(url, 'yang-lain')).status, 403)
  t.equal((await fetch(url)).status, 403)
})

t.test('a call that is not signed by the app is refused', async t => {
  const world = await whatsappWorld(t)
  const { graph } = world
  const account = await world.connect()
  const one = message(graph, budi, textOf('Halo — “kak”'))
  const payload = envelope(graph, [messages(account.phone, budi, [one])])
  const body = written(payload)
  const post = async (headers: Record<string, string>) =>
    (await fetch(account.url, { method: 'POST', body, headers })).status

  t.equal(await post({}), 401)
  t.equal(await post({ 'x-hub-signature-256': signature(body, 'rahasia-lain') }), 401)
  t.equal(await post({ 'x-hub-signature-256': signature(`${body} `, graph.appSecret) }), 401)
  t.equal(await post({ 'x-hub-signature-256': 'sha256=' }), 401)
  t.equal((await world.db.selectFrom('journal').select('id').execute()).length, 0)
  t.equal(await call(account.url, payload, graph.appSecret), 200)
})
