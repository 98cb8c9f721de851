import t from 'tap'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { connected, journey, shop, type Journey } from './world.ts'

const mail = (lines: string[], text: string) =>
  [
    ...lines,
    `To: Sinar Elektronik <${shop}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    ''
  ].join('\r\n')

interface Message {
  id: number
  conversation_id: number
  kind: string
  text: string
  status: string
}

const messagesOf = ({ rows }: Journey) =>
  rows<Message>('select id, conversation_id, kind, text, status from message order by id')

t.test(
  'a mail becomes a conversation, the answer threads, and every client’s reply joins',
  async t => {
    if (!needs(t, 'dovecot')) return
    const world = await journey(t)
    const { dovecot, smtp, send } = world
    await connected(world)

    const deliveredAt = Date.now()
    dovecot.deliver(
      shop,
      mail(
        [
          'From: Ratna Kusuma <ratna@pelanggan.example>',
          'Subject: Mesin cuci bunyi kasar',
          'Message-ID: <satu@pelanggan.example>'
        ],
        'Pagi, mesin cuci saya bunyinya kasar.'
      )
    )
    const [first] = await until(() => (messagesOf(world).length === 1 ? messagesOf(world) : null))
    t.ok(Date.now() - deliveredAt < 50_000, 'told by the mailbox, not found by asking each minute')
    const inbox = await (await send('/inbox/unassigned')).text()
    t.match(inbox, 'Ratna Kusuma')
    t.match(inbox, 'bunyinya kasar')

    const id = first?.conversation_id ?? 0
    const answered = await send(`/conversations/${id}/messages`, {
      form: {
        kind: 'reply',
        text: 'Boleh kirim nomor serinya?',
        seen: String(first?.id),
        idempotency_key: 'jawaban-pertama'
      }
    })
    t.equal(answered.status, 200)
    const sent = await smtp.waitFor(one => one.envelope.to.includes('ratna@pelanggan.example'))
    const own = sent.headers.get('message-id') ?? ''
    t.match(own, /^<sapa\.c\d+\.m\d+\.[0-9a-f]+@sinar\.example>$/)
    t.equal(sent.headers.get('in-reply-to'), '<satu@pelanggan.example>')
    t.match(sent.headers.get('references'), '<satu@pelanggan.example>')
    t.match(sent.headers.get('subject'), new RegExp(`^Re: .*Mesin cuci bunyi kasar.*|\\[#${id}\\]`))
    t.match(sent.headers.get('subject'), `[#${id}]`)

    const quoted =
      'Pada Jum, 20 Nov 2026 pukul 10.12 Sinar Elektronik <layanan@sinar.example> menulis:\r\n\r\n> Boleh kirim nomor serinya?'
    const replies: [string, string, string][] = [
      ['Gmail', `NS-1\r\n\r\n${quoted}`, 'NS-1'],
      [
        'Outlook',
        'NS-2\r\n\r\n________________________________\r\nDari: Sinar Elektronik <layanan@sinar.example>\r\nDikirim: Jumat, 20 November 2026 10:12\r\nKepada: Ratna\r\nSubjek: Re: Mesin cuci',
        'NS-2'
      ],
      [
        'Apple',
        `NS-3\r\n\r\nDikirim dari iPhone saya\r\n\r\n> Pada 20 Nov 2026, pukul 10.12, Sinar Elektronik <layanan@sinar.example> menulis:\r\n> \r\n> Boleh kirim nomor serinya?`,
        'NS-3'
      ]
    ]
    for (const [client, text, visible] of replies) {
      dovecot.deliver(
        shop,
        mail(
          [
            'From: Ratna Kusuma <ratna@pelanggan.example>',
            `Subject: Re: [#${id}] Mesin cuci bunyi kasar`,
            `Message-ID: <${client}@pelanggan.example>`,
            `In-Reply-To: ${own}`,
            `References: <satu@pelanggan.example> ${own}`
          ],
          text
        )
      )
      const joined = await until(() => messagesOf(world).find(one => one.text.trim() === visible), {
        what: `${client}'s reply`
      })
      t.equal(joined.conversation_id, id, `${client}: the same conversation`)
    }
    t.strictSame(world.server.stderr, [], 'no warning')
  }
)

t.test('a stranger who puts the number in a subject does not get in', async t => {
  if (!needs(t, 'dovecot')) return
  const world = await journey(t)
  await connected(world)
  const deliver = (from: string, subject: string, id: string, text: string) =>
    world.dovecot.deliver(
      shop,
      mail([`From: ${from}`, `Subject: ${subject}`, `Message-ID: <${id}@x.example>`], text)
    )
  deliver('ratna@pelanggan.example', 'Pesanan', 'a', 'Di mana pesanan saya?')
  await until(() => messagesOf(world).length === 1)
  const number = messagesOf(world)[0]?.conversation_id ?? 0

  deliver('orang@lain.example', `Re: [#${number}] Pesanan`, 'b', 'Kirim ke alamat saya saja.')
  await until(() => messagesOf(world).length === 2)

  const [own, foreign] = messagesOf(world)
  t.not(foreign?.conversation_id, own?.conversation_id)
  const page = await (await world.send(`/conversations/${foreign?.conversation_id}`)).text()
  t.match(page, `#${number}`, 'the agent is told what it claims')
  t.notMatch(
    await (await world.send(`/conversations/${number}/timeline`)).text(),
    'Kirim ke alamat saya'
  )
})
