import t from 'tap'
import {
  countFailed,
  findRaw,
  ignoreJournal,
  listFailed,
  replayJournal
} from '../../server/channel/journal/list.ts'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { pruneJournal } from '../../server/channel/journal/prune.ts'
import { mailOf, openShop, scriptedChannel } from './shop.ts'

const dayMs = 24 * 60 * 60_000

t.test('items and the cursor that covers them are kept together', async t => {
  const { db, blobs, mail, clock } = await openShop(t)
  const items = [{ key: 'uid-1', headers: { folder: 'INBOX' }, body: Buffer.from('Halo') }]

  const added = await appendJournal(db, mail, items, { blobs, cursor: '7:1' }, clock.now)
  const again = await appendJournal(db, mail, items, { blobs, cursor: '7:2' }, clock.now)

  t.same([added, again], [1, 0])
  const account = await db.selectFrom('account').select('cursor').where('id', '=', mail).execute()
  t.same(account, [{ cursor: '7:2' }])
})

t.test('a transaction that fails keeps neither items nor cursor', async t => {
  const { db, blobs, mail, clock } = await openShop(t)
  const also = () => Promise.reject(new Error('Listrik padam'))
  const items = [{ key: 'uid-1', body: Buffer.from('Halo') }]

  await t.rejects(appendJournal(db, mail, items, { blobs, cursor: '7:1', also }, clock.now))

  t.same(await db.selectFrom('journal').selectAll().execute(), [])
  t.match(await db.selectFrom('account').select('cursor').execute(), [{ cursor: null }, {}])
})

t.test('a large body is a file, and comes back byte for byte', async t => {
  const shop = await openShop(t)
  const text = JSON.stringify([mailOf({ text: 'x'.repeat(200_000) })])

  await shop.append(shop.mail, 'uid-1', text)
  await shop.reader.drain()

  const row = await shop.db.selectFrom('journal').selectAll().executeTakeFirstOrThrow()
  t.match(row, { body: null, state: 'done', size: text.length })
  const { stream } = await findRaw(shop.db, shop.blobs, row.id)
  const parts = []
  for await (const part of stream) parts.push(part)
  t.equal(Buffer.concat(parts).toString(), text)
})

t.test('one bad item does not stop the others', async t => {
  const shop = await openShop(t)
  for (let n = 1; n <= 30; n++) {
    await shop.append(shop.mail, `uid-${n}`, n === 7 ? 'throw' : [mailOf()])
  }

  await shop.reader.drain()

  t.equal((await shop.db.selectFrom('conversation').select('id').execute()).length, 29)
  t.match(await listFailed(shop.db), [{ error: 'Tidak terbaca', attempts: 1, account: 'mail' }])
})

t.test('an item that cannot be placed is redone alone', async t => {
  const shop = await openShop(t)
  const bad = { ...mailOf(), from: [{ kind: 'email', value: 5 }] }
  for (const events of [[mailOf()], [mailOf(), bad], [mailOf()]]) {
    await shop.append(shop.mail, `uid-${mailOf().key}`, events)
  }

  await shop.reader.drain()

  const states = await shop.db.selectFrom('journal').select('state').orderBy('id').execute()
  t.same(
    states.map(row => row.state),
    ['done', 'failed', 'done']
  )
  t.equal((await shop.db.selectFrom('message').select('id').execute()).length, 2)
})

t.test('what a channel returns is not believed to be events', async t => {
  const shop = await openShop(t)
  const nonsense = ['{}', '[null]', '[{"type":"message"}]', '[{"type":"x","key":"1","at":1}]']
  for (const [n, text] of nonsense.entries()) await shop.append(shop.mail, `uid-${n}`, text)

  await shop.reader.drain()

  t.equal(await countFailed(shop.db), nonsense.length)
})

t.test('a failed item is read again after an update', async t => {
  const shop = await openShop(t)
  let isMended = false
  const [mail] = [mailOf()]
  shop.channels.register(
    scriptedChannel('fragile', {
      parse: () => {
        if (isMended) return [mail]
        throw new Error('Belum didukung')
      }
    }),
    'test'
  )
  await shop.db
    .updateTable('account')
    .set({ type: 'fragile' })
    .where('id', '=', shop.mail)
    .execute()
  await shop.append(shop.mail, 'uid-1', 'apa saja')
  await shop.reader.drain()
  const [failed] = await listFailed(shop.db)

  isMended = true
  await replayJournal(shop.db, failed?.id ?? 0, shop.clock.now)
  await shop.reader.drain()

  t.equal(await countFailed(shop.db), 0)
  t.equal((await shop.db.selectFrom('conversation').select('id').execute()).length, 1)
  await t.rejects(replayJournal(shop.db, failed?.id ?? 0, shop.clock.now), {
    code: 'journal_not_failed'
  })
})

t.test('the owner can put a failed item away', async t => {
  const shop = await openShop(t)
  await shop.append(shop.mail, 'uid-1', 'throw')
  await shop.reader.drain()
  const [failed] = await listFailed(shop.db)

  await ignoreJournal(shop.db, failed?.id ?? 0, shop.clock.now)

  t.equal(await countFailed(shop.db), 0)
})

t.test('old items lose their bytes and keep their keys', async t => {
  const shop = await openShop(t)
  await shop.append(shop.mail, 'uid-1', [mailOf()])
  await shop.append(shop.mail, 'uid-2', 'throw')
  await shop.reader.drain()
  const later = new Date(shop.clock.now.getTime() + 31 * dayMs)

  t.equal(await pruneJournal(shop.db, 30, later), 1)

  const rows = await shop.db.selectFrom('journal').selectAll().orderBy('id').execute()
  t.match(rows, [{ body: null, state: 'done' }, { state: 'failed' }])
  t.ok(rows[1]?.body)
  t.equal(await shop.append(shop.mail, 'uid-1', [mailOf()]), 0)
  await t.rejects(findRaw(shop.db, shop.blobs, rows[0]?.id ?? 0), { code: 'not_found' })
})
