import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from '../../plugins/email/parse/index.ts'
import { root } from '../../server/paths.ts'
import type { AccountFacts } from '../../server/plugin-api/account.ts'
import { make } from '../support/factory.ts'
import { openShop, scriptedChannel, type Shop } from './shop.ts'

interface Case {
  file: string
  thread: { action: string; suggest_link?: number }
}

const folder = join(root, 'plugins/email/test/fixtures')
const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Case[] }

for (const { file, thread } of cases) {
  t.test(`${file} leads to: ${thread.action}`, async t => {
    const shop = await shopWithTicket(t)

    await shop.append(shop.mail, file, readFileSync(join(folder, file), 'latin1'))
    await shop.reader.drain()

    const { state, error } = await journalOf(shop)
    t.equal(error, null)
    const [inTicket, elsewhere] = await countMessages(shop)
    const ticket = await ticketOf(shop)
    switch (thread.action) {
      case 'append':
        return t.same([inTicket, elsewhere, ticket.status], [3, 0, 'open'])
      case 'append-silent':
        return t.same([inTicket, elsewhere, ticket.unanswered_count], [3, 0, 0])
      case 'ignore':
        return t.same([inTicket, elsewhere, state], [2, 0, 'ignored'])
      case 'delivery-status':
      case 'read-receipt':
        return t.same([inTicket, elsewhere, await countReceipts(shop)], [2, 0, true])
      default:
        t.same([inTicket, elsewhere > 0], [2, true])
        if (thread.action === 'new-silent') t.equal(await countWaiting(shop), 0)
        return t.equal(await hasSuggestion(shop), thread.suggest_link === 1042)
    }
  })
}

/** The world of `cases.json`: ticket 1042 with its people and what was sent to them. */
async function shopWithTicket(t: Test): Promise<Shop> {
  const shop = await openShop(t)
  const { db } = shop
  const address = 'support@tokosapa.example'
  const settings = {
    trustedAuthserv: ['mx.tokosapa.example'],
    formRelays: ['noreply@formkirim.example']
  }
  const read: typeof parse = (raw, facts: AccountFacts) =>
    parse({ ...raw, body: Buffer.from(Buffer.from(raw.body).toString(), 'latin1') }, facts)
  shop.channels.register(scriptedChannel('surat', { parse: read }), 'test')
  await db
    .updateTable('account')
    .set({ type: 'surat', address, settings: JSON.stringify(settings) })
    .where('id', '=', shop.mail)
    .execute()
  for (const name of ['dewi', 'rudi']) await make.agent(db, { email: `${name}@tokosapa.example` })
  const people = []
  for (const value of ['budi@pelanggan.example', 'sari@mitra.example']) {
    people.push(await make.identity(db, { value, channel: 'surat' }))
  }
  await make.conversation(db, {
    id: 1042,
    customer_id: people[0]?.customer_id ?? 0,
    account_id: shop.mail,
    channel: 'surat',
    reply_token: 'k7qm2xzp',
    last_message_at: shop.clock.now.getTime()
  })
  for (const { id } of people) {
    await db
      .insertInto('participant')
      .values({ conversation_id: 1042, identity_id: id, added_at: 0 })
      .execute()
  }
  for (const remote_id of [
    '<sapa.c1042.m7.3f9a1c@tokosapa.example>',
    '<sapa.c1042.m9.77be02@tokosapa.example>'
  ]) {
    const sent = { kind: 'outbound' as const, status: 'accepted' as const, channel: 'surat' }
    await make.message(db, { conversation_id: 1042, account_id: shop.mail, remote_id, ...sent })
  }
  return shop
}

const journalOf = (shop: Shop) =>
  shop.db.selectFrom('journal').selectAll().executeTakeFirstOrThrow()

const ticketOf = (shop: Shop) =>
  shop.db.selectFrom('conversation').selectAll().where('id', '=', 1042).executeTakeFirstOrThrow()

async function countMessages(shop: Shop): Promise<[number, number]> {
  const rows = await shop.db.selectFrom('message').select('conversation_id').execute()
  const inTicket = rows.filter(row => row.conversation_id === 1042).length
  return [inTicket, rows.length - inTicket]
}

async function countReceipts(shop: Shop): Promise<boolean> {
  const rows = await shop.db.selectFrom('receipt').select('message_id').execute()
  return rows.length > 0 && rows.every(row => row.message_id !== null)
}

async function countWaiting(shop: Shop): Promise<number> {
  const rows = await shop.db
    .selectFrom('conversation')
    .select('id')
    .where('unanswered_count', '>', 0)
    .execute()
  return rows.length
}

async function hasSuggestion(shop: Shop): Promise<boolean> {
  const rows = await shop.db
    .selectFrom('suggestion')
    .select('id')
    .where('other_conversation_id', '=', 1042)
    .execute()
  return rows.length > 0
}
