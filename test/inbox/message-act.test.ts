import t from 'tap'
import { money } from '../../server/i18n/money.ts'
import { fetchImage } from '../../server/inbox/image.ts'
import { messengerWorld, png } from './messenger.ts'
import { inboxWorld, type InboxWorld } from './world.ts'

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

t.test('earlier words look as the message itself', async t => {
  const { app, as, id, says, answers, change } = await messengerWorld(t)
  const evil = '**Besok** <img src=x> [nota](https://t.example/"onx=1)'
  const marked = await answers(evil, { headers: { isMarked: true } })
  const plain = await says('**Besok** saja')
  for (const message of [marked, plain]) await change(message, { text: '_Lusa_' })

  const part = async (message: number, name: string) => {
    const url = `/conversations/${id}/messages/${message}/${name}`
    return (await app.inject(as.agent({ url }))).body
  }
  const ours = await part(marked, 'versions')
  t.match(ours, '<strong>Besok</strong> &lt;img src=x&gt; ')
  t.notMatch(ours, '<img')
  t.match(await part(plain, 'versions'), '**Besok** saja', 'whoever wrote this sees no marks')
})

t.test('a remote picture is what its bytes are, whatever its server calls it', async t => {
  const serves = (body: Buffer | string, status = 200) => {
    const headers = { 'content-type': 'image/png' }
    return () =>
      Promise.resolve(new Response(new Uint8Array(Buffer.from(body)), { status, headers }))
  }
  const address = 'https://toko.example/logo'
  const picture = png(18, 129, 60)

  t.match(await fetchImage(serves(picture), address), { mime: 'image/png', bytes: picture })
  const script = '<!doctype html><script>alert(1)</script>'
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
  for (const other of [serves(script), serves(drawing), serves(''), serves(picture, 404)]) {
    await t.rejects(fetchImage(other, address), { code: 'not_found' })
  }
})

t.test('money is written as its readers write it', t => {
  t.match(money('id-ID', 190_000, 'IDR'), /^Rp\s190\.000$/)
  t.equal(money('en-GB', 12.5, 'GBP'), '£12.50')
  t.equal(money('en-GB', 3, '<b>'), '3')
  t.end()
})

/** A reply of which nobody knows whether it has arrived. */
async function doubtful(world: InboxWorld) {
  const { app, as, db } = world
  const id = await world.mail()
  const payload = { kind: 'reply', text: 'Baik, Bu.', seen: [99], idempotency_key: 'kunci-tanya-1' }
  await app.inject(as.agent({ method: 'POST', url: `/conversations/${id}/messages`, payload }))
  const { id: message } = await db
    .updateTable('message')
    .set({ status: 'unknown' })
    .where('kind', '=', 'outbound')
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.updateTable('outbox').set({ state: 'unknown' }).execute()
  const step = () => db.selectFrom('outbox').select('state').executeTakeFirstOrThrow()
  return { id, door: `/conversations/${id}/messages/${message}`, step }
}

t.test('what became of an unknown delivery can be asked for', async t => {
  const world = await inboxWorld(t)
  const { app, as } = world
  const { id, door, step } = await doubtful(world)

  const shown = await app.inject(as.agent({ url: `/conversations/${id}` }))
  t.match(shown.body, `hx-put="${door}/inquiry"`)
  const asked = await app.inject(as.agent({ method: 'PUT', url: `${door}/inquiry` }))

  t.equal(asked.statusCode, 200)
  t.match(asked.headers['hx-trigger'], 'not-found-yet', 'the account is not connected')
  t.match(asked.body, 'May have arrived')
  t.same(await step(), { state: 'unknown' }, 'nothing is sent again')
})

t.test('a doubtful reply is sent again by a click, once', async t => {
  const world = await inboxWorld(t)
  const { app, as } = world
  const { door, step } = await doubtful(world)
  const again = { method: 'POST' as const, url: `${door}/attempts` }

  t.equal((await app.inject(as.guest(again))).statusCode, 404, 'not given to them')
  t.same(await step(), { state: 'unknown' })
  const sent = await app.inject(as.agent(again))
  t.equal(sent.statusCode, 200)
  t.notMatch(sent.body, 'May have arrived')
  t.same(await step(), { state: 'queued' })
  t.equal((await app.inject(as.agent(again))).statusCode, 409)
})

t.test('a doubtful reply is taken as sent where somebody knows', async t => {
  const world = await inboxWorld(t)
  const { app, as } = world
  const { door, step } = await doubtful(world)

  const known = { method: 'PUT' as const, url: `${door}/confirmation` }
  t.equal((await app.inject(as.guest(known))).statusCode, 404)
  const taken = await app.inject(as.agent(known))

  t.equal(taken.statusCode, 200)
  t.notMatch(taken.body, 'May have arrived')
  t.same(await step(), { state: 'sent' })
})
