import t from 'tap'
import { openShop, mailOf } from './shop.ts'

t.test('a first mail opens a conversation', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf()])

  const conversation = await shop.db
    .selectFrom('conversation')
    .selectAll()
    .executeTakeFirstOrThrow()
  t.match(conversation, { subject: 'Faktur belum diterima', status: 'open', message_count: 1 })
  const journal = await shop.db.selectFrom('journal').selectAll().executeTakeFirstOrThrow()
  t.equal(journal.error, null)
  t.equal(journal.state, 'done')
})
