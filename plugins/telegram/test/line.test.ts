import t from 'tap'
import { budi, write } from '../provider/people.ts'
import { telegramWorld } from './world.ts'

t.setTimeout(120_000)

t.test('a customer writes to the bot and is answered', async t => {
  const world = await telegramWorld(t)
  const { id, bot } = await world.connect()

  write(bot, budi, { text: 'Halo, pesanan saya belum sampai 😭' })
  const { conversation_id, remote_id, account_id } = await world.message(
    'Halo, pesanan saya belum sampai 😭'
  )
  t.match({ remote_id, account_id }, { remote_id: '771001:501', account_id: id })

  const reply = await world.reply(conversation_id, 'Kami periksa **hari ini** ya.')
  const { remote_id: ours } = await world.gets(reply, 'sent')
  t.equal(ours, '771001:502')
  t.match(bot.sent, [
    {
      method: 'sendMessage',
      values: {
        chat_id: 771_001,
        text: 'Kami periksa hari ini ya.',
        entities: [{ type: 'bold', offset: 13, length: 8 }]
      }
    }
  ])
})
