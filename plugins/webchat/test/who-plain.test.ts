import { randomUUID } from 'node:crypto'
import t from 'tap'
import { until } from '../../../test/support/until.ts'
import { chatWorld, type ChatWorld } from './world.ts'

/** A browser without script: it keeps cookies, follows nothing and sends forms. */
function browser({ url, key }: ChatWorld, keepsCookies = true) {
  let cookie = ''
  const ask = async (method: 'GET' | 'POST', path: string, form?: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      ...{ method, redirect: 'manual' },
      headers: {
        'accept-language': 'id',
        ...(cookie !== '' && { cookie }),
        ...(form && { origin: url, 'content-type': 'application/x-www-form-urlencoded' })
      },
      ...(form && { body: new URLSearchParams(form).toString() })
    })
    const set = response.headers.get('set-cookie')
    if (set !== null && keepsCookies) cookie = set.split(';')[0] ?? ''
    return { status: response.status, headers: response.headers, text: await response.text(), set }
  }
  const visit = () => ask('GET', `/chat/${key}`)
  const send = (form: Record<string, string>) => ask('POST', `/chat/${key}`, form)
  return { visit, send, cookie: () => cookie }
}

const idIn = (page: string) => /name="clientId" value="([\w-]{36})"/.exec(page)?.[1] ?? ''

t.test('a chat without script', async t => {
  const world = await chatWorld(t)

  t.test('a visitor writes, is sent back to the page and reads the answer there', async t => {
    const { visit, send } = browser(world)
    const first = await visit()
    t.equal(first.status, 200)
    t.match(first.set, /HttpOnly; SameSite=Lax/)
    t.match(
      first.headers.get('x-frame-options') ?? first.headers.get('content-security-policy'),
      /DENY|frame-ancestors 'none'|SAMEORIGIN|frame-ancestors 'self'/
    )
    t.notMatch(first.text, /<script|style=/)
    const form = { clientId: idIn(first.text), text: 'Apakah buka hari Minggu?' }

    const sent = await send(form)
    t.strictSame([sent.status, sent.headers.get('location')], [303, `/chat/${world.key}?sent`])
    t.equal((await send(form)).status, 303, 'pressed twice')
    const conversation = await world.conversationOf('Apakah buka hari Minggu?')
    t.strictSame(await world.texts(), ['Apakah buka hari Minggu?'], 'and taken once')

    const message = await world.reply(conversation, 'Buka, pukul 10.00 <b>sampai</b> 15.00.')
    const answered = async () => {
      const { text } = await visit()
      return text.includes('Buka, pukul 10.00') && text
    }
    const page = await until(answered, { what: 'the answer on the page' })
    t.match(page, 'Apakah buka hari Minggu?')
    t.match(page, '&lt;b&gt;sampai')
    await until(async () => (await world.statusOf(message)) === 'read', { what: 'to be read' })
  })

  t.test('who has other cookies sees nothing of it', async t => {
    const { visit } = browser(world)
    const { text } = await visit()
    t.notMatch(text, 'Apakah buka hari Minggu?')
  })

  t.test('without cookies a message still comes in once', async t => {
    const { visit, send } = browser(world, false)
    const form = { clientId: idIn((await visit()).text), text: 'Tanpa kuki' }
    const answers = await Promise.all([send(form), send(form)])
    t.strictSame(
      answers.map(({ status }) => status),
      [303, 303]
    )
    await world.conversationOf('Tanpa kuki')
    const taken = (await world.texts()).filter(text => text === 'Tanpa kuki')
    t.equal(taken.length, 1)
  })

  t.test('what is wrong is said at its field, and nothing typed is lost', async t => {
    await world.configure({
      ...{ askName: 'required', askEmail: 'optional', consentId: 'Saya setuju', needsConsent: true }
    })
    const { visit, send } = browser(world)
    const clientId = idIn((await visit()).text)
    const typed = { clientId, text: 'Pesan <panjang>', name: '', email: 'bukan alamat', phone: '' }
    const refused = await send(typed)
    t.equal(refused.status, 422)
    t.match(refused.text, 'Pesan &lt;panjang&gt;')
    t.match(refused.text, 'value="bukan alamat"')
    t.match(refused.text, 'Alamat seperti ratna@contoh.id.')
    t.match(refused.text, 'Tanpa persetujuan')
    t.equal(idIn(refused.text), clientId)
    t.equal((await send({ ...typed, name: 'Ratna', email: '', consent: '1' })).status, 303)
    await world.conversationOf('Pesan <panjang>')
    await world.configure({ askName: 'off', askEmail: 'off', needsConsent: false })
  })

  t.test('odd forms, floods and foreign pages are refused in words', async t => {
    const { send } = browser(world)
    t.equal((await send({ text: 'Tanpa nomor' })).status, 400)
    t.equal((await send({ clientId: randomUUID(), text: 'x'.repeat(4001) })).status, 422)
    t.equal((await send({ clientId: randomUUID(), text: ' \n ' })).status, 422)
    const foreign = await fetch(`${world.url}/chat/${world.key}`, {
      ...{
        method: 'POST',
        body: new URLSearchParams({ clientId: randomUUID(), text: 'Dari luar' })
      },
      headers: { origin: 'https://jahat.example' }
    })
    t.equal(foreign.status, 403)

    const flood = browser(world)
    await flood.visit()
    const answers = []
    for (let n = 0; n < 12; n += 1) {
      answers.push(await flood.send({ clientId: randomUUID(), text: `Banjir ${n}` }))
    }
    const last = answers.at(-1)
    t.equal(last?.status, 429)
    t.ok(Number(last?.headers.get('retry-after')) > 0)
    t.match(last?.text, 'Terlalu banyak')
  })

  t.test('form only: the page takes messages and offers no live chat', async t => {
    const other = await chatWorld(t)
    const { visit } = browser(other)
    t.match((await visit()).text, `href="/chat/${other.key}/panel"`)
    await other.configure({ isFormOnly: true })
    const { text } = await visit()
    t.notMatch(text, `/chat/${other.key}/panel`)
    const form = { clientId: idIn(text), text: 'Saat diserang' }
    t.equal((await browser(other).send(form)).status, 303)
    await other.conversationOf('Saat diserang')
  })

  t.test('an unknown key is a page that says so', async t => {
    const response = await fetch(`${world.url}/chat/pub_tidakada`)
    t.equal(response.status, 404)
    t.match(await response.text(), /<main>/)
  })

  t.test('colours come as a file of their own', async t => {
    const response = await fetch(`${world.url}/chat/${world.key}/colors.css`)
    t.match(response.headers.get('content-type'), 'text/css')
    t.match(await response.text(), /--brand: #[0-9a-f]{6}/)
  })
})
