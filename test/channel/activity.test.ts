import type { AddressInfo } from 'node:net'
import t from 'tap'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { sessionCookie } from '../../server/web/session.ts'
import { axe, openBrowser } from '../support/browser.ts'
import { chatWorld, type ChatWorld } from '../support/chat-world.ts'
import { needs } from '../support/require.ts'

const ratna = { kind: 'external', value: 'ratna', namespace: 'obrolan', verified: true }

/** Events of one journal item that are no messages. */
async function happen(world: ChatWorld, key: string, ...events: object[]) {
  const { db, sapa, clock, account } = world
  clock.forward(1_000)
  const base = { type: 'activity', at: clock.now.getTime(), threadKey: 'ratna', from: [ratna] }
  const all = events.map((event, index) => ({ ...base, key: `${key}.${index}`, ...event }))
  const items = [{ key, body: Buffer.from(JSON.stringify(all)) }]
  await appendJournal(db, account.id, items, { blobs: sapa.blobs }, clock.now)
  await sapa.journal.drain()
}

const viewed = (what: string, url?: string) => ({ name: 'page', text: `Melihat ${what}`, url })

async function pageOf(world: ChatWorld, path = '/timeline') {
  const url = `/conversations/${world.first.conversation_id}${path}`
  return (await world.app.inject(world.as.agent({ method: 'GET', url }))).body
}

const stateOf = ({ db, first }: ChatWorld) =>
  db.selectFrom('conversation').selectAll().where('id', '=', first.conversation_id).execute()

const linesOf = ({ db }: ChatWorld) =>
  db.selectFrom('event').selectAll().where('action', '=', 'did').orderBy('id').execute()

t.test('what a customer does is a line of history that moves nothing', async t => {
  const world = await chatWorld(t)
  const before = await stateOf(world)
  const told: unknown[] = []
  world.sapa.live.onEvent(event => void told.push(event))
  world.clock.forward(60_000)

  await happen(world, 'a', viewed('AC 1 PK', 'https://toko.example/ac?pk=1'), viewed('AC 2 PK'))

  t.same(await stateOf(world), before)
  t.same(told, [{ topic: 'event.added', conversation: world.first.conversation_id }], 'once')
  const page = await pageOf(world)
  t.match(page, /Customer: Melihat AC 2 PK and 1 more like it/)
  t.match(page, '<a class="link" href="https://toko.example/ac?pk=1" target="_blank" rel="noopener')
})

t.test('many of a name are one line, others stand between', async t => {
  const world = await chatWorld(t)
  for (const n of [1, 2, 3]) await happen(world, `a${n}`, viewed(`halaman ${n}`))
  await happen(world, 'b', { name: 'rating', text: 'Menilai 5 dari 5' })
  await happen(world, 'c', viewed('keranjang'))

  const page = await pageOf(world)

  t.match(page, /Melihat halaman 3 and 2 more like it/)
  t.match(page, /Customer: Menilai 5 dari 5</)
  t.match(page, /Customer: Melihat keranjang</)
  t.equal(page.match(/class="event-fold"/g)?.length, 1)
})

t.test('an open page gets the whole run again, to put in the place of what it was', async t => {
  const world = await chatWorld(t)
  const after = async () => Math.max(0, ...(await linesOf(world)).map(line => line.id))
  await happen(world, 'a', viewed('halaman 1'))
  const first = await after()
  await happen(world, 'b', viewed('halaman 2'))
  const query = (event: number) => `/news?message=${world.first.id}&event=${event}&leg=`

  const news = await pageOf(world, query(first))

  t.match(news, `id="activity-${first}"`)
  t.match(news, /Melihat halaman 2 and 1 more like it/)
  await world.receive('Yang ini saja')
  const second = await after()
  const newest = await world.db
    .selectFrom('message')
    .select(eb => eb.fn.max('id').as('id'))
    .executeTakeFirstOrThrow()
  world.clock.forward(1_000)
  await happen(world, 'c', viewed('halaman 3'))
  const next = await pageOf(world, `/news?message=${newest.id}&event=${second}&leg=`)
  t.notMatch(next, /halaman 2/, 'a message ends the run')
  t.match(next, /halaman 3/)
})

t.test('hostile activities stay words', async t => {
  const world = await chatWorld(t)
  await happen(
    world,
    'a',
    { name: 'page', text: '<img src=x onerror=alert(1)>', url: 'javascript:alert(1)' },
    {
      name: 'b',
      text: `\u202e${'x'.repeat(500)}\ud83d`,
      url: 'https://bank.example@jahat.example/'
    },
    { name: 'c', text: '{actor} menutup', url: 'HTTPS://toko.example/"><b>' },
    { name: 'd', text: '  \n ' },
    { name: 'e', text: 'Nomor', url: 7 },
    { name: 'f', text: 'Kosong', url: null }
  )

  const lines = (await linesOf(world)).map(line => JSON.parse(line.particulars) as object)
  t.match(lines, [
    { text: '<img src=x onerror=alert(1)>', url: undefined },
    { text: 'x'.repeat(299), url: undefined },
    { url: 'https://toko.example/%22%3E%3Cb%3E' },
    { name: 'e', url: undefined },
    { name: 'f', url: undefined }
  ])
  const page = await pageOf(world)
  t.match(page, '&lt;img src=x onerror=alert(1)&gt;')
  t.notMatch(page, /<img src=x|javascript:alert|jahat\.example|\u202e/)
  t.match(page, /Customer: <a [^>]*>{actor} menutup</)
})

t.test('a repeat is the same line, and the oldest go', async t => {
  const world = await chatWorld(t)
  const many = Array.from({ length: 205 }, (_, n) => viewed(`halaman ${n}`))
  await happen(world, 'a', { ...viewed('promo'), key: 'sama' })
  await happen(world, 'b', { ...viewed('promo'), key: 'sama' })
  t.equal((await linesOf(world)).length, 1)

  await happen(world, 'c', ...many)

  const lines = await linesOf(world)
  t.equal(lines.length, 200)
  t.match(JSON.parse(lines[0]?.particulars ?? ''), { text: 'Melihat halaman 5' })
  t.match(await pageOf(world), /Conversation opened/, 'other history stays in sight')
})

t.test('without an open conversation there is no line', async t => {
  const world = await chatWorld(t)

  await happen(world, 'a', { ...viewed('promo'), threadKey: 'orang lain' })
  await happen(world, 'b', { ...viewed('promo'), threadKey: undefined })
  await world.close()
  await happen(world, 'c', viewed('promo'))

  t.same(await linesOf(world), [])
  const journal = await world.db.selectFrom('journal').select('state').orderBy('id').execute()
  t.same(
    journal.slice(1).map(item => item.state),
    ['ignored', 'ignored', 'ignored']
  )
})

t.test('what is about the past also stands in a conversation that is closed', async t => {
  const world = await chatWorld(t)
  await world.close()

  await happen(world, 'a', { name: 'rating', text: 'Menilai 5 dari 5', isAfterClose: true })
  await happen(world, 'b', { name: 'rating', text: 'Menilai 1 dari 5', isAfterClose: 'ya' })

  t.match(await pageOf(world), /Customer: Menilai 5 dari 5</)
  t.equal((await linesOf(world)).length, 1)
  const { status } = (await stateOf(world))[0] ?? {}
  t.equal(status, 'closed', 'it stays closed')
})

t.test('a malformed event is set aside and readable, not lost', async t => {
  const world = await chatWorld(t)

  await happen(world, 'a', { name: 'page' })
  await happen(world, 'b', { type: 'identity', from: ratna, identities: [7] })

  const journal = await world.db.selectFrom('journal').select('state').orderBy('id').execute()
  t.same(journal.slice(1), [{ state: 'failed' }, { state: 'failed' }])
})

t.test('plugins hear by which thread a message came, also later', async t => {
  const world = await chatWorld(t)
  const say = `sapa.on('message.received', facts => { seen.push(['on', facts.thread]) })
    sapa.consume('message.received', 'masuk', async d => { seen.push(['consume', d.facts.thread]) },
      { from: 'start' })`
  await world.add('dengar', say)
  await world.settled()
  await world.receive('Sudah?')
  await world.receive('Halo', { threadKey: undefined })
  await world.settled()

  const heard = (seen as [string, string | null][]).toSorted()
  t.same(heard, [
    ['consume', null],
    ['consume', 'ratna'],
    ['consume', 'ratna'],
    ['on', null],
    ['on', 'ratna']
  ])
})

t.test('an open page takes activities in, as one line that grows and stays open', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const { app, as, first } = world
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const { page, context, problems } = await openBrowser(t)
  const cookies = as.agent({ url: '/' }).cookies as Record<string, string>
  await context.addCookies([{ name: sessionCookie, value: cookies[sessionCookie] ?? '', url }])
  await page.goto(`${url}/conversations/${first.conversation_id}`)
  await page.waitForSelector('.timeline >> text=Halo, AC saya bocor')

  await happen(world, 'a', viewed('AC 1 PK', 'https://toko.example/ac'))
  await page.waitForSelector('.event:has-text("Customer: Melihat AC 1 PK") a')
  await happen(world, 'b', viewed('AC 2 PK'))
  await page.click('.event-fold summary:has-text("Melihat AC 2 PK and 1 more like it")')
  await happen(world, 'c', viewed('cara bayar'))

  await page.waitForSelector('.event-fold[open] summary:has-text("cara bayar and 2 more like it")')
  t.equal(await page.locator('.event-fold').count(), 1)
  t.equal(await page.locator('.event-fold .event').count(), 3)
  t.equal(await page.locator('.leg').count(), 2, 'no empty leg is left')
  t.strictSame(await axe(page), [])
  t.strictSame(problems, [])
})
