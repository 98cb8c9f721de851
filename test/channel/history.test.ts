import t from 'tap'
import { runImport, startImport } from '../../server/channel/import.ts'
import { fetchMedia } from '../../server/channel/media/fetch.ts'
import type { ChannelSession } from '../../server/plugin-api/channel.ts'
import { mailOf, openShop, type Shop } from './shop.ts'

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
