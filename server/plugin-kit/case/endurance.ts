import { isAbsolute, join } from 'node:path'
import { sql } from 'kysely'
import { lte } from 'semver'
import { accountFacts } from '../../channel/account/facts.ts'
import type { RawItem } from '../../plugin-api/account.ts'
import { expect, expectSame, notApplicable, notChecked, until, type Skip } from '../check.ts'
import { requestErasure } from '../../plugin-host/personal/erase.ts'
import { findCustomerRecord } from '../../plugin-host/record/customer.ts'
import { bring, journal, quiet } from '../deliver.ts'
import { heapInUse } from '../heap.ts'
import { placeOf } from '../place.ts'
import { answer, conversationOf } from '../send.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const enduranceCases: Case[] = [
  { number: 41, name: 'Erasing a customer leaves nothing of them with the plugin', check: forgets },
  { number: 42, name: 'Thousands of events cost little time and no memory', check: isLight },
  { number: 43, name: 'Accounts of the version before go on working', check: updates }
]

async function forgets(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const message = world.message('Alamat saya Jalan Mawar 17')
  const [row] = await bring(world, [message])
  await answer(world, row?.conversation_id ?? 0, 'Terima kasih')
  const words = [message.from.value, message.from.name, message.text]
  const { id, manifest } = stage.place
  const found = await placesWith(world, id, words)
  if (found.length === 0) return
  expect(
    manifest.personalData,
    `${found.join(', ')} hold the customer, and plugin.json says nothing`
  )
  await erase(world, id, row?.identity_id ?? 0)
  const left = await placesWith(world, id, words)
  expect(left.length === 0, `after the erasure the customer is still in ${left.join(', ')}`)
}

async function erase(world: World, plugin: string, identity: number): Promise<void> {
  const { db, jobs } = world.sapa
  const { customer_id } = await db
    .selectFrom('identity')
    .select('customer_id')
    .where('id', '=', identity)
    .executeTakeFirstOrThrow()
  const customer = await findCustomerRecord(db, customer_id)
  expect(customer, 'the customer is not there')
  const request = { plugins: [plugin], customer, by: await world.agent() }
  await requestErasure({ db, jobs }, request, world.timing.now())
  await until('the plugin erases the customer', () =>
    db
      .selectFrom('plugin_erasure')
      .select('id')
      .where('plugin_id', '=', plugin)
      .where('state', '=', 'done')
      .executeTakeFirst()
  )
}

/** Where the plugin's own storage holds one of these words. */
async function placesWith(world: World, plugin: string, words: string[]): Promise<string[]> {
  const { db } = world.sapa
  const prefix = `${plugin.replaceAll('-', '_')}_`
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and substr(name, 1, ${prefix.length}) = ${prefix}
  `.execute(db)
  const places: string[] = []
  for (const { name } of rows) {
    const kept = await sql`select * from ${sql.table(name)}`.execute(db)
    if (holds(kept.rows, words)) places.push(`the table ${name}`)
  }
  const values = await db
    .selectFrom('plugin_value')
    .selectAll()
    .where('plugin_id', '=', plugin)
    .execute()
  if (holds(values, words)) places.push('its values')
  return places
}

function holds(rows: unknown[], words: string[]): boolean {
  const text = JSON.stringify(rows)
  return words.some(word => text.includes(word))
}

/** On the main thread an event may take a millisecond; in a worker nobody waits for it. */
async function isLight(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { definition, sapa, account } = world
  await bring(
    world,
    Array.from({ length: 20 }, (_, index) => world.message(`Pesan ${index}`))
  )
  await quiet(world)
  const items = (await journal(world)).map((row): RawItem => ({
    ...{ key: row.key, headers: JSON.parse(row.headers) as Record<string, string> },
    body: row.body ?? Buffer.alloc(0)
  }))
  const facts = await accountFacts(sapa.db, account)
  const parse = async (index: number) => {
    const item = items[index % items.length]
    if (item) await definition.parse(item, facts)
  }
  for (let index = 0; index < 500; index++) await parse(index)
  const heap = await heapInUse()
  const [count, limit] = definition.parseModule ? [2_000, 5] : [10_000, 1]
  const spent = stopwatch()
  for (let index = 0; index < count; index++) {
    await parse(index)
    if (index % 100 > 0) continue
    // The rest would only make it worse.
    const ms = spent() / (index + 1)
    expect(spent() < count * limit, `an event takes ${ms.toFixed(2)} ms, more than ${limit}`)
  }
  const ms = spent() / count
  await heap.sample()
  expect(ms < limit, `an event takes ${ms.toFixed(2)} ms, more than ${limit}`)
  const grown = heap.growth() / 1024 / 1024
  expect(grown < 16, `memory grew by ${Math.round(grown)} MB`)
}

/** Milliseconds of the processor since now. */
function stopwatch(): () => number {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
}

async function updates(stage: Stage): Promise<Skip | void> {
  const { place, spec } = stage
  if (spec.previous === undefined) {
    const isFirst = lte(place.manifest.version, '1.0.0')
    if (isFirst) return notApplicable('this is the first version')
    return notChecked('the spec names no `previous` version')
  }
  const { previous } = spec
  const folder = isAbsolute(previous) ? previous : join(place.folder, 'test', previous)
  const world = await (await stage.world({ place: placeOf(folder) })).open()
  const conversation = await conversationOf(world)
  await answer(world, conversation, 'Dari versi lama')
  await world.installation.restart(place)
  await world.installation.work()
  await world.connected()
  const { version } = await world.sapa.plugins.find(place.id)
  expectSame(version, place.manifest.version, 'the version after the update')
  await answer(world, conversation, 'Dari versi baru')
  await bring(world, [world.message('Masih terhubung')])
}
