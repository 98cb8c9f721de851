import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fileMs } from '../support/patience.ts'
import { needs } from '../support/require.ts'
import type { Verdict } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'
import { answer, chooseNoUndo } from './answer.ts'
import * as ledger from './ledger.ts'
import { letter } from './letter.ts'
import { connected, journey, shop, type Journey } from './world.ts'

t.setTimeout(fileMs)

t.test('mail servers that go away and come back', async t => {
  if (!needs(t, 'dovecot')) return
  const world = await journey(t)
  await connected(world)
  await chooseNoUndo(world)
  delete world.smtp.options.relayTo

  await t.test('in the middle of fetching', t => awayWhileFetching(t, world))
  await t.test('in the middle of sending', t => awayWhileSending(t, world))
  await t.test('with another password', t => anotherPassword(t, world))
  t.strictSame(ledger.wrongCounters(world), [])
  t.strictSame(ledger.damage(world), [])
})

const patience = { everyMs: 50 }

async function awayWhileFetching(t: Test, world: Journey): Promise<void> {
  const { dovecot, rows } = world
  await dovecot.kill()
  for (let n = 0; n < 200; n++) write(world, `pembeli${n}`, `Kabar ${n}`)
  await stateIs(world, 'delayed')
  t.match(await page(world, '/inbox/mine'), /banner--warn/, 'the page says that mail is late')

  await dovecot.start()
  const kept = () => rows<{ n: number }>('select count(*) as n from journal')[0]?.n ?? 0
  await until(() => kept() > 0, { ...patience, everyMs: 1 })
  await dovecot.kill()
  t.comment(`${kept()} of 200 were fetched when it went away`)
  await dovecot.start()

  await until(() => texts(world).length >= 200, { ...patience, what: '200 mails' })
  t.strictSame(
    texts(world),
    Array.from({ length: 200 }, (_, n) => `Kabar ${n}`)
  )
  await stateIs(world, 'connected')
  t.notMatch(await page(world, '/inbox/mine'), /banner--warn/)
}

async function awayWhileSending(t: Test, world: Journey): Promise<void> {
  const { smtp } = world
  const faults: Record<string, () => Verdict | Promise<Verdict>> = {
    putus: () => 'drop',
    nanti: once({ reject: '451 4.3.0 Coba lagi nanti' }),
    sibuk: once({ reject: '421 4.7.0 Terlalu banyak sambungan' }),
    lambat: () => pause(3_000, undefined)
  }
  smtp.options.onData = ({ envelope }) => faults[envelope.to[0]?.split('@')[0] ?? '']?.()
  const names = [...Object.keys(faults), 'biasa']
  const ids = await conversationsOf(world, names)
  await Promise.all(names.map(name => reply(world, ids, name, 'satu')))
  await settled(world)

  for (const one of ledger.answersOf(world)) {
    const expected = one.client_key === 'putus-satu' ? 'unknown' : 'accepted'
    t.equal(one.status, expected, one.client_key)
    t.equal(ledger.copiesOf(smtp.received, one), 1, one.client_key)
  }
  t.match(await page(world, `/conversations/${ids.get('putus')}`), 'Mungkin sudah sampai')

  await smtp.stop()
  for (const name of ['biasa', 'nanti', 'biasa']) {
    await reply(world, ids, name, `mati-${ledger.answersOf(world).length}`)
  }
  await until(() => ledger.answersOf(world).some(one => one.state === 'queued' && one.error_text))
  await smtp.start()
  await settled(world)
  inOrderAndOnce(t, world)
}

async function anotherPassword(t: Test, world: Journey): Promise<void> {
  const { dovecot, smtp, send } = world
  const ids = await conversationsOf(world, ['tetap'])
  await changePassword(world, 'baru')
  await stateIs(world, 'needs_attention')
  t.match(await page(world, '/inbox/mine'), /class="banner" .*role="alert"/s)
  write(world, 'kunci', 'Masih di luar')
  for (const n of [1, 2, 3]) await reply(world, ids, 'tetap', `tunggu-${n}`)
  t.match(await page(world, `/conversations/${ids.get('tetap')}`), 'Jawaban tunggu-3')
  const before = smtp.received.length

  const refusals = () => dovecot.log().split('auth failed').length
  const known = refusals()
  t.equal((await saveAccount(world, 'salah')).status, 303)
  await until(() => refusals() > known, { ...patience, what: 'another refused sign-in' })
  await stateIs(world, 'needs_attention')
  t.equal(smtp.received.length, before, 'nothing left')
  t.equal((await send('/readyz')).status, 200)

  t.equal((await saveAccount(world, 'baru')).status, 303)
  await stateIs(world, 'connected')
  await until(() => texts(world).includes('Masih di luar'), patience)
  await settled(world)
  t.equal(smtp.received.length, before + 3)
  inOrderAndOnce(t, world)
}

function inOrderAndOnce(t: Test, world: Journey): void {
  const { received } = world.smtp
  for (const one of ledger.answersOf(world)) {
    t.match(one.status, one.client_key === 'putus-satu' ? 'unknown' : 'accepted', one.client_key)
    t.equal(ledger.copiesOf(received, one), 1, one.client_key)
  }
  t.ok([...ledger.sequences(received).values()].every(ledger.isAscending), 'in order')
}

const once = (verdict: Verdict) => {
  let left = 1
  return () => (left-- > 0 ? verdict : undefined)
}

function write({ dovecot }: Journey, name: string, text: string): void {
  const from = `${name}@pelanggan.example`
  dovecot.deliver(shop, letter({ id: `${name}-${text.length}`, from, subject: 'Pesanan', text }))
}

const texts = ({ rows }: Journey) =>
  rows<{ text: string }>(`select trim(text, char(10, 13, 32)) as text from message
    where kind = 'inbound' order by id`).map(row => row.text)

async function conversationsOf(world: Journey, names: string[]): Promise<Map<string, number>> {
  for (const name of names) write(world, name, `Halo dari ${name}`)
  const found = () =>
    world.rows<{ value: string; id: number }>(
      `select identity.value, conversation_id as id from message
       join identity on identity.id = identity_id where message.kind = 'inbound'`
    )
  const idOf = (name: string) =>
    found().find(row => row.value === `${name}@pelanggan.example`)?.id ?? 0
  await until(() => names.every(idOf), patience)
  return new Map(names.map(name => [name, idOf(name)]))
}

async function reply(world: Journey, ids: Map<string, number>, name: string, what: string) {
  const text = `Jawaban ${what}`
  await answer(world, { conversation: ids.get(name) ?? 0, text, key: `${name}-${what}` })
}

async function page({ send }: Journey, path: string): Promise<string> {
  return (await send(path)).text()
}

async function stateIs({ rows }: Journey, ...states: string[]): Promise<void> {
  const state = () => rows<{ state: string }>('select state from account')[0]?.state ?? ''
  await until(() => states.includes(state()), { ...patience, what: states.join(' or ') })
}

async function settled({ rows }: Journey): Promise<void> {
  const waiting = () => rows(`select id from outbox where state in ('queued', 'sending')`).length
  await until(() => waiting() === 0, { ...patience, what: 'an empty outbox' })
}

/** At the provider, both ways. */
async function changePassword({ dovecot, smtp }: Journey, password: string): Promise<void> {
  const file = join(dovecot.mailFolder(shop), '..', '..', 'dovecot.conf')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/password=\w+/, () => `password=${password}`)
  )
  smtp.options.auth = { user: shop, pass: password }
  await smtp.stop()
  await smtp.start()
  await dovecot.restart()
}

function saveAccount({ send, form }: Journey, password: string): Promise<Response> {
  const typed = { 'account-name': 'Layanan', ...form, password }
  const fields = Object.entries(typed).map(([name, value]) => [name, value])
  return send('/settings/accounts/1', {
    form: Object.fromEntries(fields) as Record<string, string>
  })
}
