import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BlobStore } from '../../server/blob/store.ts'
import { isTrouble } from '../../server/channel/journal/apply.ts'
import { codeFile } from '../../server/paths.ts'
import { needs } from '../support/require.ts'
import { smallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import {
  mailOf,
  openShop,
  outside,
  scriptedChannel,
  scriptedModule,
  workers,
  type Shop
} from './shop.ts'

t.test('readers that are killed', async t => {
  const inThreads = async (shop: Shop, parseMs: number, t: Test, more = {}) => {
    shop.channels.register(scriptedChannel('sandi', { parseModule: scriptedModule }), 'test')
    await shop.db
      .updateTable('account')
      .set({ type: 'sandi' })
      .where('id', '=', shop.mail)
      .execute()
    return shop.nextReader({ workers: workers(t), parseMs, ...more })
  }

  await t.test(
    'an item that hangs or ends its thread twice is set aside, the rest is read',
    async t => {
      const shop = await openShop(t)
      const reader = await inThreads(shop, 3_000, t)
      const bodies = [[mailOf()], 'hang', [mailOf()], 'exit', [mailOf()]]
      for (const [n, body] of bodies.entries()) await shop.append(shop.mail, `uid-${n}`, body)

      await reader.drain()

      const rows = await shop.db.selectFrom('journal').selectAll().orderBy('id').execute()
      t.same(
        rows.map(row => [row.state, row.attempts, row.error]),
        [
          ['done', 1, null],
          ['failed', 2, 'journal.error.timeout'],
          ['done', 1, null],
          ['failed', 2, 'journal.error.crash'],
          ['done', 1, null]
        ]
      )
    }
  )

  await t.test('HTML is made harmless in the thread too', async t => {
    const shop = await openShop(t)
    const reader = await inThreads(shop, 5_000, t)
    await shop.append(shop.mail, 'uid-1', [mailOf({ html: '<p>Halo<script>1</script></p>' })])

    await reader.drain()

    const body = await shop.db.selectFrom('message_body').select('html').execute()
    t.same(body, [{ html: '<p>Halo</p>' }])
  })

  await t.test(
    'what was in hand when processes ended is read outside, and only killers fail',
    async t => {
      const shop = await openShop(t)
      const reader = await inThreads(shop, 10_000, t, { outside: outside(t) })
      const bodies = [[mailOf()], 'kill', [mailOf()], 'throw', [mailOf()]]
      for (const [n, body] of bodies.entries()) await shop.append(shop.mail, `uid-${n}`, body)
      await shop.db.updateTable('journal').set({ attempts: 3 }).execute()

      await reader.drain()

      const rows = await shop.db.selectFrom('journal').selectAll().orderBy('id').execute()
      t.same(
        rows.map(row => [row.state, row.error]),
        [
          ['done', null],
          ['failed', 'journal.error.crash'],
          ['done', null],
          ['failed', 'Tidak terbaca'],
          ['done', null]
        ]
      )
    }
  )

  await t.test('an item that kills the process twice is set aside by the third', async t => {
    const shop = await openShop(t)
    for (let n = 1; n <= 5; n++) {
      await shop.append(shop.mail, `uid-${n}`, n === 3 ? 'exit' : [mailOf()])
    }
    const readOnce = () =>
      new Promise<number | null>(resolve => {
        const child = spawn(process.execPath, [codeFile('test/channel/read-once'), shop.folder], {
          stdio: 'ignore'
        })
        child.on('exit', resolve)
      })

    t.equal(await readOnce(), 1)
    const afterCrash = await shop.db.selectFrom('journal').select('state').execute()
    t.same(new Set(afterCrash.map(row => row.state)), new Set(['pending']))
    t.equal(await readOnce(), 1)
    t.equal(await readOnce(), 0)

    const rows = await shop.db.selectFrom('journal').selectAll().orderBy('id').execute()
    t.same(
      rows.map(row => row.state),
      ['done', 'done', 'failed', 'done', 'done']
    )
    t.equal(rows[2]?.error, 'journal.error.killed')
    t.equal((await shop.db.selectFrom('message').select('id').execute()).length, 4)
  })
})

t.test('what was committed before a crash is read by the next process', async t => {
  const shop = await openShop(t)
  await shop.append(shop.mail, 'uid-1', [mailOf()])

  const next = shop.nextReader()
  next.start()
  t.teardown(() => next.stop())

  await until(() => shop.db.selectFrom('message').select('id').executeTakeFirst())
})

t.test('new items wake the reader, and a channel that comes later wakes it too', async t => {
  const shop = await openShop(t)
  shop.reader.start()
  await shop.db.updateTable('account').set({ type: 'nanti' }).where('id', '=', shop.chat).execute()

  await shop.append(shop.chat, 'u-1', [mailOf({ text: 'Menunggu plugin' })])
  await shop.append(shop.mail, 'uid-1', [mailOf()])
  await until(() => shop.db.selectFrom('message').select('id').executeTakeFirst())
  const waiting = await shop.db
    .selectFrom('journal')
    .select('state')
    .where('key', '=', 'u-1')
    .execute()
  t.same(waiting, [{ state: 'pending' }])
  shop.channels.register(scriptedChannel('nanti'), 'test')

  await until(async () => (await shop.db.selectFrom('message').select('id').execute()).length === 2)
})

t.test('one writer of many at once loses nothing and keeps the order', async t => {
  const shop = await openShop(t)
  shop.reader.start()
  const buyer = { kind: 'external' as const, namespace: 'chat', value: 'u-1', verified: true }
  const texts = Array.from({ length: 120 }, (_, n) => `pesan ${n}`)

  for (const text of texts) {
    await shop.append(shop.chat, text, [mailOf({ from: [buyer], threadKey: 'u-1', text })])
  }
  await shop.reader.drain()

  const rows = await shop.db.selectFrom('message').select('text').orderBy('id').execute()
  t.same(
    rows.map(row => row.text),
    texts
  )
})

t.test('a full disk is nobody’s fault', async t => {
  if (!needs(t, 'tmpfs')) return
  const { folder } = smallDisk(t, 4)
  const blobs = new BlobStore(join(folder, 'blobs'))

  const full = blobs.put(Buffer.alloc(8 * 1024 * 1024, 1))

  await t.rejects(full, { code: 'disk_full', status: 507 })
  t.ok(isTrouble(await full.catch((error: unknown) => error)))
  t.same(readdirSync(join(folder, 'blobs', 'drafts')), [])
  await blobs.put(Buffer.from('masih bisa'))
})
