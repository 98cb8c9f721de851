import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { BlobStore } from '../../server/blob/store.ts'
import {
  countFailed,
  findRaw,
  ignoreJournal,
  listFailed,
  replayJournal
} from '../../server/channel/health.ts'
import { runImport, startImport } from '../../server/channel/import.ts'
import { appendJournal } from '../../server/channel/journal.ts'
import { pruneJournal } from '../../server/channel/journal-prune.ts'
import { fetchMedia } from '../../server/channel/media.ts'
import { isTrouble } from '../../server/channel/journal-apply.ts'
import { codeFile } from '../../server/paths.ts'
import type { ChannelSession } from '../../server/plugin-api/channel.ts'
import { needs } from '../support/require.ts'
import { smallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import { mailOf, openShop, scriptedChannel, scriptedModule, workers, type Shop } from './shop.ts'

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

t.test('readers that are killed', async t => {
  const inThreads = async (shop: Shop, parseMs: number, t: Parameters<typeof workers>[0]) => {
    shop.channels.register(scriptedChannel('sandi', { parseModule: scriptedModule }), 'test')
    await shop.db
      .updateTable('account')
      .set({ type: 'sandi' })
      .where('id', '=', shop.mail)
      .execute()
    return shop.nextReader({ workers: workers(t), parseMs })
  }

  await t.test(
    'an item that hangs or ends its thread twice is set aside, the rest is read',
    async t => {
      const shop = await openShop(t)
      const reader = await inThreads(shop, 400, t)
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

t.test('history', async t => {
  const session = (pages: number, failAt = -1): ChannelSession => ({
    send: () => Promise.reject(new Error('Tidak dipakai')),
    close: () => Promise.resolve(),
    history: (_since, cursor) => {
      const page = Number(cursor ?? 0)
      if (page === failAt) return Promise.reject(new Error('Sambungan putus'))
      const item = { key: `lama-${page}`, body: Buffer.from(JSON.stringify([mailOf()])) }
      const isDone = page + 1 === pages
      return Promise.resolve({
        ...{ items: [item], cursor: String(page + 1), isDone },
        ...{ done: page + 1, total: pages }
      })
    }
  })
  const tools = (shop: Shop, given: ChannelSession | null) => ({
    ...{ db: shop.db, blobs: shop.blobs, clock: () => shop.clock.now },
    sessions: { session: () => given }
  })
  const { signal } = new AbortController()

  await t.test('is brought in page by page, after what is new', async t => {
    const shop = await openShop(t)
    await startImport(shop.db, shop.mail, 0, shop.clock.now)
    await runImport(tools(shop, session(3)), { accountId: shop.mail }, signal)
    const fresh = mailOf({ text: 'Baru saja' })
    await shop.append(shop.mail, 'uid-9', [fresh])

    await shop.reader.drain()

    t.match(await shop.db.selectFrom('account_import').selectAll().execute(), [
      { state: 'done', done: 3, total: 3, cursor: '3' }
    ])
    const first = await shop.db
      .selectFrom('message')
      .select('text')
      .orderBy('id')
      .executeTakeFirst()
    t.same(first, { text: 'Baru saja' })
    const account = await shop.db.selectFrom('account').select('cursor').executeTakeFirst()
    t.same(account, { cursor: null })
  })

  await t.test('goes on where a failure ended it', async t => {
    const shop = await openShop(t)
    await startImport(shop.db, shop.mail, 0, shop.clock.now)

    await t.rejects(runImport(tools(shop, session(4, 2)), { accountId: shop.mail }, signal))
    t.match(await shop.db.selectFrom('account_import').selectAll().execute(), [
      { state: 'running', done: 2, cursor: '2', error: 'Sambungan putus' }
    ])
    await runImport(tools(shop, session(4)), { accountId: shop.mail }, signal)

    t.match(await shop.db.selectFrom('account_import').selectAll().execute(), [
      { state: 'done', done: 4, error: null }
    ])
    t.equal((await shop.db.selectFrom('journal').select('id').execute()).length, 4)
  })

  await t.test('waits while the account is not connected', async t => {
    const shop = await openShop(t)
    await startImport(shop.db, shop.mail, 0, shop.clock.now)

    await runImport(tools(shop, null), { accountId: shop.mail }, signal)

    const [job] = await shop.db.selectFrom('job').selectAll().execute()
    t.match(job, { name: 'import', state: 'waiting' })
  })
})

t.test('files that the provider keeps', async t => {
  const withFile = async (shop: Shop) => {
    const file = { mime: 'image/png', kind: 'image' as const, size: 0, ref: 'media-9' }
    await shop.append(shop.chat, 'u-1', [mailOf({ attachments: [file] })])
    await shop.reader.drain()
    return shop.db.selectFrom('attachment').selectAll().executeTakeFirstOrThrow()
  }
  const tools = (shop: Shop, media: ChannelSession['media']) => {
    const send = () => Promise.reject(new Error('Tidak dipakai'))
    const session: ChannelSession = {
      send,
      close: () => Promise.resolve(),
      ...(media ? { media } : {})
    }
    return {
      ...{ db: shop.db, blobs: shop.blobs, clock: () => shop.clock.now },
      sessions: { session: () => session }
    }
  }
  async function* pieces() {
    yield Buffer.from('PN')
    yield Buffer.from('G!')
  }
  const { signal } = new AbortController()

  await t.test('are fetched, and a failure is shown until they are', async t => {
    const shop = await openShop(t)
    const { id } = await withFile(shop)
    const request = { accountId: shop.chat, attachmentId: id }
    const stateOf = () =>
      shop.db.selectFrom('attachment').select(['state', 'size']).executeTakeFirst()

    await t.rejects(
      fetchMedia(
        tools(shop, () => Promise.reject(new Error('404'))),
        request,
        signal
      )
    )
    t.same(await stateOf(), { state: 'failed', size: 0 })
    const partial = () => Promise.resolve({ stream: pieces(), size: 9 })
    await t.rejects(fetchMedia(tools(shop, partial), request, signal))
    t.same(await stateOf(), { state: 'failed', size: 0 })
    await fetchMedia(
      tools(shop, () => Promise.resolve({ stream: pieces() })),
      request,
      signal
    )

    t.same(await stateOf(), { state: 'ready', size: 4 })
  })
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
