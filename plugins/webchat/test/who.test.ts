import t from 'tap'
import type { CustomerRecord } from '../../../server/plugin-api/records.ts'
import type { ChatDb } from '../table.ts'
import type { History } from '../wire.ts'
import { Streams } from '../talk/streams.ts'
import { eraseVisitors, exportVisitors, forgetSilent } from '../who/personal.ts'
import { customersOf, identitiesOf, key, signIn, token, visitorRow, wrote } from './who-world.ts'
import { chatWorld } from './world.ts'

t.test('who has signed in on the site', async t => {
  const world = await chatWorld(t)
  await world.configure({ signKey: key })

  t.test(
    'an anonymous visitor becomes the user, and the next browser sees the history',
    async t => {
      const phone = world.guest()
      await wrote(world, phone, 'Pesanan saya belum dikirim')
      const anonymous = (await phone.history()).visitor

      const first = await signIn(world, phone, token({ user_id: '42', name: 'Ratna' }))
      t.match(first.heard, { status: 200, body: { visitor: anonymous, isNew: true } })

      const laptop = world.guest()
      const second = await laptop.ask('PUT identity', token({ user_id: '42' }))
      t.strictSame(second.body, { visitor: anonymous, isNew: true })
      const { messages, state } = await laptop.history()
      t.strictSame(
        messages.map(({ text }) => text),
        ['Pesanan saya belum dikirim']
      )
      t.strictSame(state.preChat, [])
    }
  )

  t.test(
    'what was written before the sign-in stays with the browser it was written in',
    async t => {
      const user = world.guest()
      await user.ask('PUT identity', token({ user_id: '43' }))
      await wrote(world, user, 'Dari akun saya')

      const shared = world.guest()
      await wrote(world, shared, 'Sebelum masuk')
      const ear = await shared.listen()
      const { ask } = await signIn(world, shared, token({ user_id: '43' }))
      const { messages } = (await ask('GET messages')).body as History

      t.strictSame(
        messages.map(({ text }) => text),
        ['Dari akun saya']
      )
      await ear.ended
      t.notOk(
        ear.events.some(({ type }) => type === 'ended'),
        'the tab comes back by itself'
      )
    }
  )

  t.test('a token from before the sign-in opens nothing that came after it', async t => {
    const shared = world.guest()
    await wrote(world, shared, 'Belum masuk')
    const thief = { ...shared }
    const ear = await thief.listen()
    const proof = token({ user_id: '47' })
    const { ask, fresh, heard } = await signIn(world, shared, proof)
    t.equal(heard.body.isNew, true)
    await ear.ended
    const sent = {
      clientId: '00000000-0000-4000-8000-000000000047',
      text: 'Ini rahasia',
      files: []
    }
    t.equal((await ask('POST messages', sent)).status, 202)

    for (const what of ['GET messages', 'GET stream', 'PUT profile', 'DELETE visitor']) {
      const answer = await thief.ask(what, what.startsWith('PUT') ? {} : undefined)
      t.strictSame([answer.status, answer.body.code], [410, 'ended'], what)
    }
    t.equal((await thief.write('Ini juga saya')).status, 410)
    const again = await thief.ask('PUT identity', proof)
    t.equal(again.status, 410, 'not even with the proof from the page')

    const repeated = await world.askWith(fresh)('PUT identity', { ...proof, former: thief.token })
    t.match(
      repeated,
      { status: 200, body: { isNew: false } },
      'an answer that got lost costs nothing'
    )
    const next = await signIn(world, { token: fresh }, token({ user_id: '47' }))
    t.equal(next.heard.body.isNew, false, 'on the next page the token stays')
    const { messages } = (await next.ask('GET messages')).body as History
    t.strictSame(
      messages.map(({ text }) => text),
      ['Belum masuk', 'Ini rahasia']
    )
  })

  t.test("a token that somebody has written with is never a user's", async t => {
    const guest = world.guest()
    await wrote(world, guest, 'Saya anonim')
    const answer = await guest.ask('PUT identity', token({ user_id: '48' }))
    t.strictSame([answer.status, answer.body.code], [400, 'invalid'])
    t.equal((await guest.history()).messages.length, 1, 'and goes on as it was')
  })

  t.test('a proven address is verified, a typed one is claimed', async t => {
    const user = world.guest()
    const proof = token({ user_id: '44', email: 'Budi@Contoh.id', name: 'Budi Santoso' })
    await user.ask('PUT identity', proof)
    await user.ask('PUT profile', { phone: '0812 3456 7890', email: 'vip@contoh.id' })
    await wrote(world, user, 'Minta faktur')
    const [customer = 0] = await customersOf(world, 'Minta faktur')

    const known = await identitiesOf(world, customer)
    const isVerified = (value: string) =>
      known.find(one => one.value === value)?.verified_at !== undefined &&
      known.find(one => one.value === value)?.verified_at !== null
    t.ok(isVerified('budi@contoh.id'))
    t.ok(isVerified('44'))
    t.notOk(isVerified('+6281234567890'))
    t.notOk(
      known.some(({ value }) => value === 'vip@contoh.id'),
      'never in the place of a proven one'
    )
  })

  t.test('another user on the same browser makes a new chat', async t => {
    const shared = world.guest()
    await shared.ask('PUT identity', token({ user_id: '45' }))
    const refused = await shared.ask('PUT identity', token({ user_id: '46' }))
    t.strictSame([refused.status, refused.body.code], [403, 'other_user'])
    const { heard } = await signIn(world, shared, token({ user_id: '46' }))
    t.strictSame([heard.status, heard.body.code], [403, 'other_user'])
  })

  t.test('proofs that do not hold are refused and change nothing', async t => {
    const stranger = world.guest()
    const iat = Math.floor(Date.now() / 1000) - 7200
    const cases: [what: string, proof: unknown, status: number, code: string][] = [
      ['a wrong key', token({ user_id: '42' }, 'x'.repeat(43)), 403, 'proof'],
      [
        'replayed after its end',
        token({ user_id: '42', iat, exp: iat + 60 }),
        403,
        'proof_expired'
      ],
      ['for another widget', token({ user_id: '42', aud: 'pub_lain' }), 403, 'proof'],
      ['no proof', { userId: '42' }, 400, 'invalid'],
      ['a list', [], 400, 'invalid'],
      ['an object as token', { jwt: { alg: 'none' } }, 400, 'invalid']
    ]
    for (const [what, proof, status, code] of cases) {
      const answer = await stranger.ask('PUT identity', proof)
      t.strictSame([answer.status, answer.body.code], [status, code], what)
    }
    t.equal((await stranger.history()).visitor, null)
  })

  t.test('the former key holds until it is taken away', async t => {
    const fresh = 'kunci-baru-yang-juga-cukup-panjang-untuk-uji'
    await world.configure({ signKey: fresh, signKeyBefore: key })
    const one = world.guest()
    t.equal((await one.ask('PUT identity', token({ user_id: '50' }))).status, 200)
    t.equal((await one.ask('PUT identity', token({ user_id: '50' }, fresh))).status, 200)
  })

  t.test('a proof for one widget says nothing to another', async t => {
    const other = await world.connect('Cabang Bandung', { signKey: 'k'.repeat(43) })
    const guest = world.guest({}, other.key)
    const answer = await guest.ask('PUT identity', token({ user_id: '42' }))
    t.strictSame([answer.status, answer.body.code], [403, 'proof'])
    t.strictSame((await guest.history()).messages, [])
  })

  t.test('a chat that was ended cannot be signed in to', async t => {
    const guest = world.guest()
    await guest.ask('PUT identity', token({ user_id: '60' }))
    await guest.ask('DELETE visitor')
    const answer = await guest.ask('PUT identity', token({ user_id: '60' }))
    t.strictSame([answer.status, answer.body.code], [410, 'ended'])
  })
})

t.test('what was typed', async t => {
  const world = await chatWorld(t)

  t.test('the email of another customer shows nothing of them', async t => {
    const vip = world.guest()
    await vip.ask('PUT profile', { email: 'direktur@contoh.id', name: 'Direktur' })
    await wrote(world, vip, 'Kontrak rahasia nomor 7')

    const thief = world.guest()
    await thief.ask('PUT profile', { email: 'direktur@contoh.id', name: 'Direktur' })
    await wrote(world, thief, 'Halo, ini saya lagi')

    const { messages } = await thief.history()
    t.strictSame(
      messages.map(({ text }) => text),
      ['Halo, ini saya lagi']
    )
    const [one, other] = await customersOf(world, 'Kontrak rahasia nomor 7', 'Halo, ini saya lagi')
    t.not(one, other, 'they stay two customers')
  })

  t.test('facts of the page are kept up to fifty, and nothing odd gets in', async t => {
    const guest = world.guest()
    const facts = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`nomor${n}`, 'x']))
    const put = async (profile: unknown) => (await guest.ask('PUT profile', profile)).status
    t.equal(await put({ facts }), 204)
    t.equal(await put({ facts: { ['satu lagi']: 'x' } }), 400)
    t.equal(await put({ facts: { nomor0: 'y'.repeat(256) } }), 400)
    t.equal(await put({ facts: { nomor0: { a: 1 } } }), 400)
    t.equal(await put({ facts: ['a'] }), 400)
    t.equal(await put({ email: 'a@b@c' }), 400)
    t.equal(await put({ email: 'Ratna <ratna@contoh.id>' }), 400)
    t.equal(await put({ phone: 'javascript:alert(1)' }), 400)
    t.equal(await put({ name: { $ne: 1 } }), 400)
    t.equal(await put('[]'), 400)
    t.equal(await put({ name: 'R\u202eatna\n<b>' }), 204)
    await wrote(world, guest, 'Nama saya aneh')
    const [customer = 0] = await customersOf(world, 'Nama saya aneh')
    const row = await world.db
      .selectFrom('customer')
      .select('name')
      .where('id', '=', customer)
      .executeTakeFirstOrThrow()
    t.equal(row.name, 'Ratna <b>')
  })

  t.test('the form before the chat asks for what is not known', async t => {
    await world.configure({
      askName: 'required',
      askEmail: 'optional',
      consentId: 'Saya setuju',
      needsConsent: true
    })
    const guest = world.guest({ 'accept-language': 'id' })
    const { state } = await guest.history()
    t.strictSame(state.preChat, [
      { name: 'name', label: 'Nama', isRequired: true },
      { name: 'email', label: 'Email', isRequired: false }
    ])
    t.strictSame(state.consent, { text: 'Saya setuju', isRequired: true })

    await guest.ask('PUT profile', { name: 'Ratna', hasConsent: true })
    const after = (await guest.history()).state
    t.strictSame(
      after.preChat.map(({ name }) => name),
      ['email']
    )
    t.equal(after.consent, null)
    const row = await visitorRow(world, guest)
    t.ok(row.consent_at, 'the moment is kept')
  })
})

t.test('what is kept of a visitor can be told and erased', async t => {
  const world = await chatWorld(t)
  const tables = world.db as never as ChatDb
  const one = world.guest()
  await one.ask('PUT profile', { name: 'Ratna', facts: { paket: 'Emas' } })
  await wrote(world, one, 'Tolong hapus semuanya')
  const other = world.guest()
  await wrote(world, other, 'Saya tidak')
  const customer = async (text: string): Promise<CustomerRecord> => {
    const [id = 0] = await customersOf(world, text)
    const identities = (await identitiesOf(world, id)).map(({ verified_at: at, ...address }) => ({
      ...{ ...address, isVerified: at !== null }
    }))
    return { id, name: '', isVip: false, isBlocked: false, createdAt: 0, identities }
  }

  const kept = await exportVisitors(tables, await customer('Tolong hapus semuanya'))
  t.match(kept, {
    visitors: [{ name: 'Ratna', facts: '{"paket":"Emas"}' }],
    messages: [{ text: 'Tolong hapus semuanya' }]
  })
  t.notMatch(JSON.stringify(kept), /Saya tidak/)

  const streams = new Streams()
  await eraseVisitors({ db: tables, streams }, await customer('Tolong hapus semuanya'))
  t.equal((await one.history()).visitor, null)
  t.equal((await other.history()).messages.length, 1)
  t.equal(await exportVisitors(tables, await customer('Tolong hapus semuanya')), null)

  const silent = world.guest()
  await silent.ask('PUT profile', { name: 'Hanya lewat' })
  const later = new Date(Date.now() + 31 * 86_400_000)
  await forgetSilent(tables, new Date())
  t.ok((await silent.history()).visitor)
  await forgetSilent(tables, later)
  t.equal((await silent.history()).visitor, null)
  t.ok((await other.history()).visitor, 'who has written stays')
})
