import t from 'tap'
import type { Role } from '../../server/agent/table.ts'
import { budi, mailOf, openShop, unproven, type Shop } from './shop.ts'

const dewi = {
  kind: 'email' as const,
  value: 'dewi@tokosapa.example',
  name: 'Dewi',
  verified: true
}
const rina = unproven({ ...budi, value: 'rina@calon.example', name: 'Rina Kusuma' })
const forwarded = {
  from: rina,
  subject: 'Tanya grosir',
  note: 'tolong dibantu ya tim',
  text: 'Halo, ada harga grosir?',
  html: '<p>Halo, ada harga <script>1</script>grosir?</p>'
}
const whole = 'tolong dibantu ya tim\n\nForwarded message\n\nHalo, ada harga grosir?'
const page = '<div>tolong dibantu ya tim</div><p>Halo, ada harga grosir?</p>'

t.test('a mail that an agent forwards shows what the original sender wrote', async t => {
  const shop = await openShop(t)
  await addAgent(shop, 'agent')

  await shop.deliver(shop.mail, [mailOf({ from: [dewi], text: whole, html: page, forwarded })])

  const [message, note] = await timeline(shop)
  t.match(message, {
    kind: 'inbound',
    text: 'Halo, ada harga grosir?',
    address: 'rina@calon.example'
  })
  t.match(message?.html, /Halo, ada harga\s+grosir/)
  t.notMatch(message?.html, /tolong|script/)
  t.match(message?.full_text, /tolong dibantu/)
  t.match(message?.full_html, /tolong dibantu/)
  t.match(note, { kind: 'note', text: 'tolong dibantu ya tim' })
})

t.test('a mail that a customer forwards stays theirs and whole', async t => {
  const shop = await openShop(t)
  await addAgent(shop, 'agent')

  for (const from of [budi, unproven(dewi)]) {
    await shop.deliver(shop.mail, [mailOf({ from: [from], text: whole, html: page, forwarded })])
  }

  const entries = await timeline(shop)
  t.strictSame(
    entries.map(entry => [entry.kind, entry.text, entry.address]),
    [
      ['inbound', whole, 'budi@pelanggan.example'],
      ['inbound', whole, 'dewi@tokosapa.example']
    ]
  )
})

async function addAgent({ db }: Shop, role: Role): Promise<void> {
  await db
    .insertInto('agent')
    .values({
      ...{ email: dewi.value, name: dewi.name, role, password_hash: null },
      ...{ undo_seconds: null, created_at: 0, last_seen_at: null }
    })
    .execute()
}

const timeline = ({ db }: Shop) =>
  db
    .selectFrom('message')
    .leftJoin('message_body', 'message_body.message_id', 'message.id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.kind', 'message.text', 'message_body.html', 'message_body.full_html'])
    .select(['message_body.full_text', 'identity.value as address'])
    .orderBy('message.id')
    .execute()
