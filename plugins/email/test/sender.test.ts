import t from 'tap'
import type { AccountFacts } from 'sapa/plugin-api'
import { account, mail, readMessage } from './support.ts'

const proof = 'Authentication-Results'
const isVerified = async (
  headers: Record<string, string>,
  facts: AccountFacts = account
): Promise<boolean> => (await readMessage(mail('Halo', headers), facts)).from[0]?.verified ?? false

t.test('only the trusted server and a passed DMARC verify a sender', async t => {
  const pass = 'dmarc=pass header.from=pelanggan.example'

  t.ok(await isVerified({ [proof]: `mx.tokosapa.example; spf=pass; ${pass}` }))
  t.ok(
    await isVerified({
      [proof]: `MX.tokosapa.example 1; dkim=fail;\r\n dmarc=pass (p=NONE) header.from=pelanggan.example`
    })
  )
  t.notOk(await isVerified({}))
  t.notOk(await isVerified({ [proof]: `mx.evil.example; ${pass}` }), 'another server')
  t.notOk(
    await isVerified({ [proof]: `mx.tokosapa.example.evil.example; ${pass}` }),
    'a longer name'
  )
  t.notOk(
    await isVerified({ [proof]: 'mx.tokosapa.example; dmarc=fail header.from=pelanggan.example' })
  )
  t.notOk(await isVerified({ [proof]: 'mx.tokosapa.example; spf=pass; dkim=pass' }))
  t.notOk(
    await isVerified({ [proof]: 'mx.tokosapa.example; dmarc=pass header.from=evil.example' }),
    'another domain'
  )
})

t.test('a result that an attacker wrote into a comment or a string does not count', async t => {
  t.notOk(
    await isVerified({
      [proof]: 'mx.tokosapa.example; dmarc=fail (x; dmarc=pass header.from=pelanggan.example)'
    })
  )
  t.notOk(
    await isVerified({
      [proof]: 'mx.tokosapa.example; spf=fail smtp.mailfrom="a; dmarc=pass "; dmarc=fail'
    })
  )
  t.notOk(await isVerified({ [proof]: '(mx.tokosapa.example;) mx.evil.example; dmarc=pass' }))
  t.notOk(await isVerified({ [proof]: 'mx.tokosapa.example; dmarc=pass; dmarc=fail' }))
})

t.test('only the topmost result counts', async t => {
  const forged = 'mx.tokosapa.example; dmarc=pass header.from=pelanggan.example'

  t.notOk(await isVerified({ [proof]: `mx.lain.example; dmarc=none\r\n${proof}: ${forged}` }))
  t.notOk(await isVerified({ [proof]: `mx.tokosapa.example; dmarc=fail\r\n${proof}: ${forged}` }))
})

t.test('without a trusted server nobody is verified', async t => {
  const open = { ...account, settings: {} }

  t.notOk(
    await isVerified(
      { [proof]: 'mx.tokosapa.example; dmarc=pass header.from=pelanggan.example' },
      open
    )
  )
  t.notOk(await isVerified({ [proof]: '; dmarc=pass' }, open))
})

t.test('a mail with no, two or many senders is believed by nobody', async t => {
  const hints = {
    'In-Reply-To': '<sapa.c1042.m7.3f9a1c@tokosapa.example>',
    To: 'support+c1042.k7Qm2xZp@tokosapa.example'
  }
  const two = { ...hints, From: 'dewi@tokosapa.example\r\nFrom: x@evil.example' }
  const listed = { ...hints, From: 'dewi@tokosapa.example, x@evil.example' }
  const none = { ...hints, From: 'bukan alamat' }

  for (const headers of [two, listed, none]) {
    t.match(await readMessage(mail('Halo', headers)), { from: [], isSuspicious: true, hints: {} })
    t.strictSame((await readMessage(mail('Halo', headers))).hints, {})
  }
})

t.test('an address inside a name is no address', async t => {
  const encoded = Buffer.from('dewi@tokosapa.example').toString('base64')
  const one = await readMessage(mail('Halo', { From: `=?utf-8?B?${encoded}?= <x@evil.example>` }))
  const quoted = await readMessage(
    mail('Halo', { From: '"dewi@tokosapa.example" <x@evil.example>' })
  )

  t.strictSame(
    one.from.map(from => from.value),
    ['x@evil.example']
  )
  t.strictSame(
    quoted.from.map(from => from.value),
    ['x@evil.example']
  )
})

t.test('Reply-To says where answers go, never who wrote', async t => {
  const message = await readMessage(mail('Halo', { 'Reply-To': 'vip@pelanggan.example' }))
  t.equal(message.from[0]?.value, 'budi@pelanggan.example')
  t.match(message.replyTo, { kind: 'email', value: 'vip@pelanggan.example', verified: false })

  t.equal(
    (await readMessage(mail('Halo', { 'Reply-To': 'Budi@Pelanggan.example' }))).replyTo,
    undefined
  )
  t.equal(
    (await readMessage(mail('Halo', { 'Reply-To': 'support@tokosapa.example' }))).replyTo,
    undefined
  )
})

t.test('a form relay speaks for the address it names, and proves nothing', async t => {
  const form = {
    From: 'noreply@formkirim.example',
    'Reply-To': 'Tono <tono@calon.example>',
    [proof]: 'mx.tokosapa.example; dmarc=pass header.from=formkirim.example'
  }
  const message = await readMessage(mail('Buka hari Minggu?', form))
  t.strictSame(message.from, [
    { kind: 'email', value: 'tono@calon.example', name: 'Tono', verified: false }
  ])
  t.equal(message.automatic, undefined)

  const stranger = await readMessage(mail('Halo', { ...form, From: 'noreply@lain.example' }))
  t.equal(stranger.from[0]?.value, 'noreply@lain.example')
  t.equal(stranger.automatic, 'sender')
})

t.test('others on the mail are everybody but the sender and ourselves', async t => {
  const { others } = await readMessage(
    mail('Halo', {
      To: 'support+c1042.k7Qm2xZp@tokosapa.example, "Sari, Gudang" <sari@mitra.example>, undisclosed-recipients:;',
      Cc: 'Tim: rina@calon.example, SARI@mitra.example;, budi@pelanggan.example, SUPPORT@tokosapa.example'
    })
  )

  t.strictSame(
    others?.map(({ value, name }) => [value, name]),
    [
      ['sari@mitra.example', 'Sari, Gudang'],
      ['rina@calon.example', undefined]
    ]
  )
})

t.test('hints name the conversation nearest first', async t => {
  const { hints } = await readMessage(
    mail('Halo', {
      Subject: 'Re: [#1042] Pesanan',
      To: 'support+c1042.k7Qm2xZp@tokosapa.example, lain+c7.abcdefgh@evil.example, bounce+x@tokosapa.example',
      'In-Reply-To': '<c@x> (jawaban)',
      References: '<a@x> <sapa.c1042.m7.3f9a1c@tokosapa.example>\r\n <c@x>'
    })
  )

  t.strictSame(hints, {
    references: ['<c@x>', '<sapa.c1042.m7.3f9a1c@tokosapa.example>', '<a@x>'],
    clientRefs: ['c1042.m7.3f9a1c'],
    replyTokens: [{ conversation: 1042, token: 'k7Qm2xZp' }],
    number: 1042
  })
})

t.test('the address a mail was delivered to counts where it stands in no To', async t => {
  const { hints } = await readMessage(
    mail('Halo', {
      To: 'tim@lain.example',
      'Delivered-To': 'support+c1042.k7Qm2xZp@tokosapa.example'
    })
  )

  t.strictSame(hints?.replyTokens, [{ conversation: 1042, token: 'k7Qm2xZp' }])
})

t.test('spam is what a server before us or the folder calls spam', async t => {
  t.equal((await readMessage(mail('a'))).isSpam, undefined)
  for (const headers of [
    { 'X-Spam-Flag': 'YES' },
    { 'X-Spam-Status': 'Yes, score=9' },
    { 'X-MS-Exchange-Organization-SCL': '6' }
  ]) {
    t.equal((await readMessage(mail('a', headers as Record<string, string>))).isSpam, true)
  }
  t.equal(
    (
      await readMessage(
        mail('a', { 'X-Spam-Status': 'No, score=1', 'X-MS-Exchange-Organization-SCL': '1' })
      )
    ).isSpam,
    undefined
  )
})
