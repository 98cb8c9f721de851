import t from 'tap'
import { withoutRepeat } from '../../server/conversation/action/repeat.ts'
import { chatWorld, type ChatWorld } from '../support/chat-world.ts'

async function enable({ db, account }: ChatWorld, more: object): Promise<void> {
  const row = await db
    .selectFrom('account')
    .select('capabilities')
    .where('id', '=', account.id)
    .executeTakeFirstOrThrow()
  const capabilities = JSON.stringify({ ...JSON.parse(row.capabilities), ...more })
  await db.updateTable('account').set({ capabilities }).where('id', '=', account.id).execute()
}

/** A template with one field; what fills it in. */
async function approve({ db, account }: ChatWorld) {
  const content = { name: 'kartu', language: 'id', state: 'approved', body: 'Kartu {{1}}' }
  const fields = [{ key: '1', label: { en: '1', id: '1' }, type: 'text' }]
  await db
    .insertInto('message_template')
    .values({
      ...{ account_id: account.id, name: 'kartu', language: 'id', state: 'approved' },
      ...{ content: JSON.stringify({ ...content, fields }), synced_at: 1 }
    })
    .execute()
  return (value: string) => ({
    template: { name: 'kartu', language: 'id', values: { '1': value } }
  })
}

t.test('guards hold for what is changed later, and for the fields of a template', async t => {
  const world = await chatWorld(t)
  const { db, app, as, first } = world
  await enable(world, { edits: { withinHours: 48 }, templates: true })
  await world.add(
    'kartu',
    `sapa.filter('message.outbound', value => {
       if (/\\d{16}/.test(value.text)) throw sapa.refuse({ en: 'A card.', id: 'Kartu.' })
       return { ...value, text: value.text.replace('lusa', 'besok') }
     })`
  )
  await world.reply('Teknisi datang hari ini')
  const gone = { remote_id: 'p-1', status: 'sent' as const }
  await db.updateTable('message').set(gone).where('kind', '=', 'outbound').execute()
  await db.updateTable('outbox').set({ state: 'sent', remote_id: 'p-1' }).execute()
  const { id } = await db
    .selectFrom('message')
    .select('id')
    .where('kind', '=', 'outbound')
    .executeTakeFirstOrThrow()
  const url = `/conversations/${first.conversation_id}/messages/${id}`
  const change = (text: string) =>
    app.inject(as.agent({ method: 'PUT', url: `${url}/text`, payload: { text } }))

  t.equal((await change('Kartunya 4111111111111111')).statusCode, 422)
  t.match(await world.call.agent(`PATCH ${url}`, { text: 'Kartunya 4111111111111111' }), {
    status: 422,
    body: { error: { code: 'refused_by_plugin' } }
  })
  t.same(await world.outbound(), [{ text: 'Teknisi datang hari ini' }])
  t.equal((await change('Teknisi datang lusa')).statusCode, 200)
  t.same(await world.outbound(), [{ text: 'Teknisi datang besok' }])

  const template = await approve(world)
  t.match(await world.reply('', template('4111111111111111')), {
    statusCode: 422,
    body: /holds this back: A card/
  })
  t.equal((await world.reply('', template('Sapa'))).statusCode, 200)
})

t.test('who signs does it once, reads what can be tapped, and leaves templates alone', async t => {
  const world = await chatWorld(t)
  const { db, first, call } = world
  const able = { templates: true, choices: { most: 3, titleLength: 20 } }
  await enable(world, { ...able, edits: { withinHours: 48 } })
  await world.add(
    'paraf',
    `sapa.filter('message.outbound', ({ text }) => {
       if (text.includes('4111')) throw sapa.refuse({ en: 'A card.', id: 'Kartu.' })
       return { text: text.replace('Batal', 'Tunda') + '\\n\\n-- Toko Sari' }
     })`
  )
  const path = `/conversations/${first.conversation_id}/messages`

  t.equal((await world.reply('Jadi datang?', { choice: ['Ya', 'Batal'] })).statusCode, 200)
  t.equal((await world.reply('Yang mana?', { choice: ['Ya', 'Kartu 4111'] })).statusCode, 422)
  const choices = [{ id: 'k', title: 'Kartu 4111' }]
  const program = { kind: 'reply', text: 'Yang mana?', choices }
  t.equal((await call.agent(`POST ${path}`, program)).status, 422)
  t.equal((await world.reply('', (await approve(world))('Sapa'))).statusCode, 200)
  t.same(await world.outbound(), [{ text: 'Jadi datang?\n\n-- Toko Sari' }, { text: 'Kartu Sapa' }])
  const sent = await db
    .selectFrom('message')
    .select('headers')
    .where('kind', '=', 'outbound')
    .executeTakeFirstOrThrow()
  t.match(JSON.parse(sent.headers), { choices: [{ title: 'Ya' }, { title: 'Tunda' }] })

  const plain = await call.agent(`POST ${path}`, { kind: 'reply', text: 'Jadi datang lusa?' })
  const { id } = plain.body as { id: number }
  const gone = { remote_id: 'p-1', status: 'sent' as const }
  await db.updateTable('message').set(gone).where('id', '=', id).execute()
  await db.updateTable('outbox').set({ state: 'sent', remote_id: 'p-1' }).execute()
  for (const text of ['Jadi datang besok?\n\n-- Toko Sari', 'Jadi datang besok?']) {
    const changed = await call.agent(`PATCH ${path}/${id}`, { text })
    t.match(changed.body, { text: 'Jadi datang besok?\n\n-- Toko Sari' })
  }
  t.equal(withoutRepeat('Ya ya ya ya', 'Ya ya ya ya'), 'Ya ya ya ya', 'said twice on purpose')
})

t.test('who changes what another agent has signed signs it no second time', async t => {
  const world = await chatWorld(t)
  const { app, as, db, first, call, ids } = world
  await enable(world, { edits: { withinHours: 48 } })
  await world.add(
    'paraf',
    `sapa.filter('message.outbound', ({ text }, { agent }) => ({
       text: text.replace('lusa', 'besok') + '\\n\\nSalam,\\n' + (agent === ${ids.agent} ? 'Sari' : 'Maya')
     }))`
  )
  const path = `/conversations/${first.conversation_id}/messages`
  const answer = (text: string) => call.agent(`POST ${path}`, { kind: 'reply', text })
  const sent = await answer('Teknisi datang lusa')
  const { id, text: signed } = sent.body as { id: number; text: string }
  t.equal(signed, 'Teknisi datang besok\n\nSalam,\nSari')
  const gone = { remote_id: 'p-1', status: 'sent' as const }
  await db.updateTable('message').set(gone).where('id', '=', id).execute()
  await db.updateTable('outbox').set({ state: 'sent', remote_id: 'p-1' }).execute()

  const change = (text: string) => call.supervisor(`PATCH ${path}/${id}`, { text })
  const words = async (text: string) => ((await change(text)).body as { text: string }).text
  t.equal(
    await words(signed.replace('besok', 'lusa sore')),
    'Teknisi datang besok sore\n\nSalam,\nSari'
  )
  t.equal(await words('Teknisi datang Senin'), 'Teknisi datang Senin\n\nSalam,\nMaya')
  const url = `${path}/${id}/text`
  const payload = { text: 'Teknisi datang Selasa\r\n\r\nSalam,\r\nMaya' }
  t.equal((await app.inject(as.agent({ method: 'PUT', url, payload }))).statusCode, 200)
  const now = await db.selectFrom('message').select('text').where('id', '=', id).execute()
  t.match(now, [{ text: /^Teknisi datang Selasa\s+Salam,\s+Maya$/ }])

  const { body } = await answer('Sampai lusa')
  const waiting = (body as { id: number }).id
  t.equal((await call.agent(`DELETE ${path}/${waiting}`)).status, 200)
  const drafts = await db.selectFrom('draft').select('text').execute()
  t.same(drafts, [{ text: 'Sampai besok' }], 'taken back, it is unsigned again')
})
