import t, { type Test } from 'tap'
import { acknowledge } from '../../server/channel/acknowledge.ts'
import { chatWorld } from '../support/chat-world.ts'
import { dropExample } from '../support/example.ts'

const card = '4111 1111 1111 1111'

async function guarded(t: Test) {
  const world = await chatWorld(t)
  dropExample(world.dataDir, 'card-guard')
  const plugin = await world.sapa.plugins.activate('card-guard')
  t.match(plugin, { state: 'active', reason: null })
  const closed = async () => {
    const { app, as } = world
    const request = as.agent({ method: 'GET', url: '/p/card-guard/count' })
    return (await app.inject(request)).json<{ closed: number }>().closed
  }
  return { ...world, closed }
}

t.test(
  'a reply with a card number is held back with words, and what was typed is kept',
  async t => {
    const { app, as, first, reply, outbound } = await guarded(t)
    const text = `Kartunya ${card} ya, Kak`

    const refused = await reply(text)
    t.equal(refused.statusCode, 422)
    t.match(refused.body, /Card guard[^<]*It shows a card number\. Leave it out/)
    const page = await app.inject(
      as.agent({
        ...{ method: 'POST', url: `/conversations/${first.conversation_id}/messages` },
        payload: { kind: 'reply', text, idempotency_key: 'tanpa-skrip', seen: [9999] }
      })
    )
    t.equal(page.statusCode, 422)
    t.match(page.body, new RegExp(`<textarea[^>]*>\\s*${text}`), 'also without scripts')
    t.same(await outbound(), [])

    t.equal(
      (await reply('Nomor pesanan 4111 1111 1111 1112')).statusCode,
      200,
      'no card after Luhn'
    )
    t.equal((await outbound()).length, 1)
  }
)

t.test('card numbers of customers are masked before anything is stored', async t => {
  const { receive, db } = await guarded(t)

  t.equal((await receive(`Ini kartu saya: ${card}.`)).text, 'Ini kartu saya: •••• 1111.')
  t.equal((await receive('5500-0000-0000-0004')).text, '•••• 0004')
  t.equal((await receive('+6281234567890123 resi')).text, '+6281234567890123 resi')

  const texts = await db.selectFrom('message').select('text').execute()
  t.notMatch(JSON.stringify(texts), card)
})

t.test('the first answer warns against card numbers', async t => {
  const { sapa, db, first, clock, outbound } = await guarded(t)

  t.equal(await acknowledge(db, first.id, clock.now, sapa.plugins.hooks.hooks), true)

  t.same(await outbound(), [
    {
      text: 'Kami balas segera.\n\nDemi keamanan, jangan kirim nomor kartu. Please never send card numbers.'
    }
  ])
})

t.test('closed conversations are counted once, also those of while it was off', async t => {
  const { close, settled, receive, sapa, closed } = await guarded(t)
  await settled()
  await close()
  await settled()
  t.equal(await closed(), 1)

  await sapa.plugins.deactivate('card-guard')
  await receive('Halo lagi')
  await close()
  await sapa.plugins.activate('card-guard')
  await settled()

  t.equal(await closed(), 2)
})
