import t from 'tap'
import { byteRange } from '../../server/inbox/byte-range.ts'
import { messengerWorld, png, wav } from './messenger.ts'

const page = (id: number) => ({ url: `/conversations/${id}` })

t.test('everything that messengers send has a face', async t => {
  const world = await messengerWorld(t)
  const { app, as, id, says, answers, file } = world
  const ours = await answers('Boleh kirim nomor seri dan notanya?')
  await says('Ini notanya', { headers: { quote: 'nomor seri' } })
  await answer(ours)
  await says('', {
    headers: {
      member: 'Budi (tetangga)',
      cards: [
        {
          kind: 'place',
          latitude: -6.9147,
          longitude: 107.6098,
          name: 'Rumah',
          address: 'Antapani'
        },
        {
          kind: 'contact',
          name: 'Pak Hendra',
          phones: ['+62 811 222 333'],
          emails: ['h@servis.example']
        },
        {
          kind: 'order',
          items: [
            { name: 'Kaos M', quantity: 2, price: 75_000, currency: 'IDR' },
            { name: 'Topi', quantity: 1, price: 40_000, currency: 'IDR' }
          ],
          note: 'tolong dibungkus'
        },
        { kind: 'link', title: 'Promo akhir pekan', url: 'https://toko.example/promo' }
      ]
    }
  })
  await says('Lihat ini', { headers: { context: { forwarded: 'many' }, choice: 'ya' } })
  await says('', { headers: { unsupported: 'poll_creation' } })
  await says('', { headers: { unsupported: 'hologram' } })
  await answers('Halo Ratna', {
    headers: {
      template: { name: 'lanjut_laporan', language: 'id', values: {} },
      choices: [{ id: '1', title: 'Ya, lanjut' }]
    }
  })
  const evil = '**<img src=x>** [t](https://t.example/"onx=1) _**[u](https://u.example)**_'
  await answers(evil, { headers: { isMarked: true } })
  await answers('**Ini** dari saluran polos')
  await answers('Dari HP', { headers: { isFromOutside: true } })
  const album = await says('Foto kerusakan')
  for (const red of [10, 90, 200]) await file(album, { bytes: png(red, 80, 80) })
  const voice = await says('')
  await file(voice, {
    kind: 'voice',
    mime: 'audio/ogg; codecs=opus',
    filename: 'suara.ogg',
    bytes: wav(1)
  })
  const late = await says('')
  await file(late, {
    kind: 'file',
    mime: 'application/pdf',
    filename: 'besar.pdf',
    state: 'pending',
    ref: 'r1'
  })
  await file(late, {
    kind: 'file',
    mime: 'application/pdf',
    filename: 'basi.pdf',
    state: 'failed',
    ref: 'r2'
  })

  const { body, statusCode } = await app.inject(as.agent(page(id)))

  t.equal(statusCode, 200)
  t.match(body, new RegExp(`href="#message-${ours}" data-behavior="jump"`))
  t.match(body, 'nomor seri</span>', 'the words that were picked out')
  t.match(body, 'Budi (tetangga)')
  t.match(
    body,
    'https://www.openstreetmap.org/?mlat=-6.9147&amp;mlon=107.6098#map=17/-6.9147/107.6098'
  )
  t.match(body, 'Contact card, not the sender')
  t.match(body, /Total<\/span><span class="number">IDR\s190,000</)
  t.match(body, 'href="https://toko.example/promo"')
  t.match(body, 'Forwarded many times')
  t.match(body, 'Tapped an offered answer')
  t.match(body, 'cannot be shown here (poll)')
  t.match(body, 'cannot be shown here (hologram)', 'a kind that nobody has named')
  t.match(body, 'Template: lanjut_laporan')
  t.match(body, '<strong>&lt;img src=x&gt;</strong>')
  t.match(body, 'href="https://t.example/&quot;onx=1"')
  t.match(body, /class="link said--italic said--bold" href="https:\/\/u\.example"[^>]*>u<\/a>/)
  t.match(body, '**Ini** dari saluran polos', 'what no channel shows in its own way stays')
  t.match(body, 'Ya, lanjut')
  t.match(body, 'From the phone')
  t.equal(body.match(/class="pictures__one"/g)?.length, 3)
  t.match(body, '<audio')
  t.match(body, 'being fetched')
  t.match(body, 'could not be fetched')
  t.notMatch(body, 'Raw data', 'an agent does not read raw items')

  async function answer(quoted: number) {
    const { id: message } = await world.db
      .selectFrom('message')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    await world.db
      .updateTable('message')
      .set({ quoted_id: quoted })
      .where('id', '=', message)
      .execute()
  }
})

t.test('what a stranger puts into cards, names and reactions is only ever text', async t => {
  const { app, as, id, says, reacts } = await messengerWorld(t)
  const evil = '<img src=x onerror=alert(1)>\u202egnp.exe'
  const message = await says('Halo', {
    headers: {
      ...{ member: evil, quote: evil, unsupported: evil },
      context: { forwarded: evil },
      cards: [
        { kind: 'place', latitude: NaN, longitude: 9e9, name: evil, url: 'javascript:alert(2)' },
        { kind: 'contact', name: evil, phones: [evil], emails: ['javascript:alert(3)'] },
        { kind: 'order', items: [{ name: evil, quantity: 1, price: 1, currency: '<b>' }] },
        { kind: 'link', title: evil, url: 'javascript:alert(4)' },
        { kind: 'link', title: 'Bank', url: 'https://bank.example@evil.example/' }
      ]
    }
  })
  await reacts(message, '👍'.repeat(5000))

  const { body } = await app.inject(as.agent(page(id)))

  t.notMatch(body, /<img src=x/)
  t.notMatch(body, /href="javascript:/)
  t.notMatch(body, 'evil.example/"', 'no link that looks like another')
  t.match(body, 'mlat=0&amp;mlon=180')
  t.notMatch(body, '👍👍👍')
  const strange = await app.inject(as.agent({ url: `/conversations/${id}/messages?ids=1,x` }))
  t.equal(strange.statusCode, 422)
})

t.test('a message that was taken back shows that there was one, and nothing of it', async t => {
  const { app, as, id, says, change, file, db } = await messengerWorld(t)
  const message = await says('Nomor rekening saya 1234567890', { headers: { quote: 'rahasia' } })
  await file(message, { bytes: png(1, 2, 3) })
  await change(message, { text: 'Nomor saya 99' })
  const answer = await says('Abaikan ya')
  await db.updateTable('message').set({ quoted_id: message }).where('id', '=', answer).execute()
  await change(message, { deleted_at: 5 })

  const { body } = await app.inject(as.agent(page(id)))
  const versions = await app.inject(
    as.agent({ url: `/conversations/${id}/messages/${message}/versions` })
  )
  const menu = await app.inject(as.agent({ url: `/conversations/${id}/messages/${message}/menu` }))

  t.match(body, 'Taken back by the customer')
  for (const text of [body.split('class="list-pane')[0] ?? '', versions.body, menu.body]) {
    t.notMatch(text, /1234567890|Nomor saya 99|rahasia/)
  }
  t.notMatch(body, 'class="pictures__one"')
})

t.test('earlier words of a message are kept beside it', async t => {
  const { app, as, id, says, change } = await messengerWorld(t)
  const message = await says('Jam 9 ya')
  await change(message, { text: 'Jam 10 ya' })

  const { body } = await app.inject(as.agent(page(id)))
  t.match(body, /title="Changed [^"]*Show what it said before"/)
  const url = `/conversations/${id}/messages/${message}/versions`
  t.match((await app.inject(as.agent({ url }))).body, 'Jam 9 ya')
  t.equal((await app.inject(as.guest({ url }))).statusCode, 404, 'not given to them')
})

t.test('why a message failed is said in words, with what to do', async t => {
  const { app, as, id, answers, db } = await messengerWorld(t)
  const byCode = await answers('Halo', { status: 'failed' })
  const raw = '131026 Message undeliverable'
  await db.updateTable('message').set({ status_reason: raw }).where('id', '=', byCode).execute()
  const byStep = await answers('Halo lagi', { status: 'failed' })
  await db
    .updateTable('message')
    .set({ status_reason: '(#131026) undeliverable' })
    .where('id', '=', byStep)
    .execute()
  await db
    .updateTable('outbox')
    .set({ error_code: '131026' })
    .where('message_id', '=', byStep)
    .execute()
  const unknown = await answers('Halo', { status: 'failed' })
  await db
    .updateTable('message')
    .set({ status_reason: 'Something odd' })
    .where('id', '=', unknown)
    .execute()

  const { body } = await app.inject(as.agent(page(id)))

  t.equal(body.match(/This number cannot get WhatsApp messages/g)?.length, 2)
  t.match(body, raw, 'the raw words are kept for those who need them')
  t.match(body, 'Not delivered: Something odd')
})

t.test('the raw data of what cannot be shown is there for those who may read it', async t => {
  const { app, as, id, says, db, accountId } = await messengerWorld(t)
  const { id: journalId } = await db
    .insertInto('journal')
    .values({
      ...{ account_id: accountId, key: 'p1', body: Buffer.from('{"type":"poll"}') },
      ...{ state: 'done', size: 15, received_at: 1 }
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await says('', { headers: { unsupported: 'poll' }, journalId })

  const { body } = await app.inject(as.supervisor(page(id)))

  const [, url = ''] = /href="([^"]*)" download>Raw data</.exec(body) ?? []
  t.equal((await app.inject(as.supervisor({ url }))).body, '{"type":"poll"}')
  t.equal((await app.inject(as.agent({ url }))).statusCode, 403)
})

t.test('a page asks for what has changed, and only for its own', async t => {
  const { app, as, id, says, make, db, ids } = await messengerWorld(t)
  const [first, second] = [await says('Satu'), await says('Dua')]
  const foreign = await make.message(db, { text: 'Rahasia orang lain' })
  await db.updateTable('message').set({ status: 'cancelled' }).where('id', '=', second).execute()
  const url = `/conversations/${id}/messages?ids=${first},${second},${foreign.id}`

  const { body } = await app.inject(as.agent({ url }))

  t.match(body, `hx-target="#message-${first}" hx-swap="outerMorph"`)
  t.match(body, `hx-target="#message-${second}" hx-swap="delete"`)
  t.notMatch(body, 'Rahasia')
  t.equal((await app.inject(as.guest({ url }))).statusCode, 404)
  await db.updateTable('conversation').set({ assignee_id: ids.guest }).execute()
  t.equal((await app.inject(as.guest({ url }))).statusCode, 200)
})

t.test('sounds are played in parts, as players ask for them', async t => {
  const { app, as, says, file } = await messengerWorld(t)
  const bytes = wav(1)
  const token = await file(await says(''), { kind: 'voice', mime: 'audio/wav', bytes })
  const get = (range?: string, more = {}) =>
    app.inject(
      as.agent({ url: `/attachments/${token}`, headers: range ? { range, ...more } : more })
    )

  const whole = await get()
  t.match(whole.headers, { 'content-type': 'audio/wav', 'accept-ranges': 'bytes' })
  t.equal(whole.rawPayload.length, bytes.length)
  const part = await get('bytes=10-19')
  t.equal(part.statusCode, 206)
  t.equal(part.headers['content-range'], `bytes 10-19/${bytes.length}`)
  t.same(part.rawPayload, bytes.subarray(10, 20))
  t.match(part.headers['content-disposition'], /^attachment/)
  t.same((await get('bytes=-4')).rawPayload, bytes.subarray(-4))
  t.match(await get('bytes=999999-'), { statusCode: 416 })
  t.equal((await get('bytes=0-1', { 'if-range': '"another"' })).statusCode, 200)

  const table: [string, unknown][] = [
    ['bytes=0-', { start: 0, end: 9 }],
    ['bytes=8-99', { start: 8, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=-0', 'none'],
    ['bytes=10-', 'none'],
    ['bytes=5-2', null],
    ['bytes=0-1,3-4', null],
    ['lines=1-2', null],
    ['bytes=-', null]
  ]
  for (const [header, expected] of table) t.same(byteRange(header, 10), expected, header)
})
