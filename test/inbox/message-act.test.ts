import t from 'tap'
import { messengerWorld } from './messenger.ts'

const page = (id: number) => ({ url: `/conversations/${id}` })

t.test('a file that did not come is asked for again, once', async t => {
  const { app, as, id, says, file, db } = await messengerWorld(t)
  const message = await says('')
  const token = await file(message, { state: 'failed', ref: 'media-7', filename: 'nota.pdf' })
  const url = `/conversations/${id}/messages/${message}/files/${token}/request`
  const put = as.agent({ method: 'PUT', url })

  for (let n = 0; n < 2; n++) {
    const response = await app.inject(put)
    t.equal(response.statusCode, 200)
    t.match(response.body, 'being fetched')
  }

  const jobs = await db.selectFrom('job').select('name').where('name', '=', 'media').execute()
  t.equal(jobs.length, 1)
  t.equal((await app.inject(as.guest({ method: 'PUT', url }))).statusCode, 404)
  const strange = url.replace(token, 'x'.repeat(40))
  t.equal((await app.inject(as.agent({ method: 'PUT', url: strange }))).statusCode, 404)
})

t.test('reactions are put and taken back, one for the whole business', async t => {
  const { app, as, id, says, db } = await messengerWorld(t)
  const message = await says('Barang sudah sampai, terima kasih')
  const url = `/conversations/${id}/messages/${message}/reactions`
  const put = (emoji: unknown, who = as.agent) =>
    app.inject(who({ method: 'PUT', url, payload: { emoji }, headers: { 'hx-request': 'true' } }))
  const emojis = async () => {
    const rows = await db.selectFrom('reaction').select('emoji').execute()
    return rows.map(row => row.emoji)
  }

  const first = await put('🙏')
  t.equal(first.statusCode, 200)
  t.match(first.body, /class="reaction" aria-pressed="true"[^>]*hx-delete/)
  t.equal((await put('👍', as.supervisor)).statusCode, 200)
  t.match((await app.inject(as.agent(page(id)))).body, 'from Maya Lestari')
  t.same(await emojis(), ['👍'])
  for (const strange of ['🦖', 'x', '👍'.repeat(5000), '', ['👍', '🙏'], null]) {
    const refused = await put(strange)
    t.equal(refused.statusCode, 422, JSON.stringify(strange)?.slice(0, 20))
    t.match(refused.body, 'hx-target="#toasts"', 'the message stays, the reason is told')
  }
  t.same(await emojis(), ['👍'])
  t.equal((await put('🙏', as.guest)).statusCode, 404)
  t.equal((await app.inject(as.agent({ method: 'DELETE', url }))).statusCode, 200)
  t.same(await emojis(), [])
  t.equal((await app.inject({ method: 'PUT', url, payload: { emoji: '👍' } })).statusCode, 303)
})

t.test('what we have sent is changed and taken back while its channel allows it', async t => {
  const { app, as, id, says, answers, clock } = await messengerWorld(t)
  const [theirs, ours] = [await says('Kapan datang?'), await answers('Pukul 9')]
  const base = (message: number) => `/conversations/${id}/messages/${message}`
  const put = (message: number, what: string, payload = {}) =>
    app.inject(as.agent({ method: 'PUT', url: `${base(message)}/${what}`, payload }))
  const menu = async (message: number) =>
    (await app.inject(as.agent({ url: `${base(message)}/menu` }))).body

  t.match(await menu(ours), /hx-get="[^"]*\/text"[\s\S]*hx-put="[^"]*\/removal"/)
  t.notMatch(await menu(theirs), /\/text"|\/removal"/)
  t.match(await menu(theirs), /menu__emoji[\s\S]*data-quote/)
  t.match((await app.inject(as.agent({ url: `${base(ours)}/text` }))).body, />Pukul 9<\/textarea>/)

  const edited = await put(ours, 'text', { text: 'Pukul 10' })
  t.equal(edited.headers['hx-trigger'], 'sapa:close-dialog')
  t.match(edited.body, /Pukul 10[\s\S]*>changed</)
  t.match((await app.inject(as.agent({ url: `${base(ours)}/versions` }))).body, 'Pukul 9')
  t.equal((await put(ours, 'text', { text: ' ' })).statusCode, 422)
  t.equal((await put(theirs, 'text', { text: 'Bukan saya' })).statusCode, 409)
  t.equal((await put(theirs, 'removal')).statusCode, 409)

  clock.forward(49 * 3_600_000)
  t.notMatch(await menu(ours), /\/text"|\/removal"/)
  t.equal((await put(ours, 'removal')).statusCode, 409, 'too late')
  const late = await answers('Baik')
  t.match((await put(late, 'removal')).body, 'Taken back')
  t.equal((await put(late, 'removal')).statusCode, 409, 'there is nothing any more')
  t.equal(
    (await app.inject(as.guest({ method: 'PUT', url: `${base(ours)}/removal` }))).statusCode,
    404
  )
})
