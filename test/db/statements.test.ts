import { sql } from 'kysely'
import t from 'tap'
import { inJson, prepared } from '../../server/db/prepared.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { openTestDb } from '../support/database.ts'
import { make } from '../support/factory.ts'

t.test('the same query runs again with other values', async t => {
  const { db } = await openTestDb(t)
  const [dewi, rudi] = [
    await make.agent(db, { name: 'Dewi' }),
    await make.agent(db, { name: 'Rudi' })
  ]
  const nameOf = async (id: number) =>
    (await db.selectFrom('agent').select('name').where('id', '=', id).executeTakeFirst())?.name

  t.strictSame(await Promise.all([dewi.id, rudi.id, 0].map(nameOf)), ['Dewi', 'Rudi', undefined])
})

t.test('a changed table is seen by queries that ran before', async t => {
  const { db } = await openTestDb(t)
  await make.team(db, { name: 'Gudang' })
  const all = () => db.selectFrom('team').selectAll().execute()
  await all()

  await sql`alter table team add column colour text not null default 'teal'`.execute(db)

  t.match(await all(), [{ name: 'Gudang', colour: 'teal' }])
})

t.test('a failed statement does not spoil the next one', async t => {
  const { db } = await openTestDb(t)
  const add = (name: string) => make.team(db, { name })
  await add('Gudang')

  await t.rejects(add('Gudang'), /UNIQUE/)
  await t.rejects(
    inTransaction(db, async trx => {
      await make.team(trx, { name: 'Kasir' })
      throw new Error('changed my mind')
    })
  )

  t.equal((await add('Kasir')).name, 'Kasir')
})

t.test('a cursor reads to its end', async t => {
  const { db } = await openTestDb(t)
  for (const name of ['Kasir', 'Gudang']) await make.team(db, { name })
  const seen: string[] = []

  for await (const row of db.selectFrom('team').select('name').orderBy('name').stream()) {
    seen.push(row.name)
  }

  t.strictSame(seen, ['Gudang', 'Kasir'])
})

t.test('when SQLite has rolled back by itself, the reason is what is told', async t => {
  const { db } = await openTestDb(t)
  const fill = inTransaction(db, async trx => {
    await make.team(trx, { name: 'Gudang' })
    await sql`rollback`.execute(trx)
    throw new Error('Penyimpanan penuh')
  })

  await t.rejects(fill, /Penyimpanan penuh/)
  t.strictSame(await db.selectFrom('team').select('id').execute(), [])
})

t.test('a kept statement takes new values, lists of any length, and any database', async t => {
  const [{ db }, other] = [await openTestDb(t), await openTestDb(t)]
  const [dewi, rudi] = [
    await make.agent(db, { name: 'Dewi' }),
    await make.agent(db, { name: 'Rudi' })
  ]
  const find = prepared<{ ids: string; isActive: number }>()((one, value) =>
    one
      .selectFrom('agent')
      .select('name')
      .where('id', 'in', inJson<number>(value('ids')))
      .where('is_active', '=', value('isActive'))
      .orderBy('name')
  )
  const names = async (ids: number[], isActive = 1, from = db) =>
    (await find(from, { ids: JSON.stringify(ids), isActive })).map(row => row.name)

  t.strictSame(await names([dewi.id, rudi.id]), ['Dewi', 'Rudi'])
  t.strictSame(await names([rudi.id]), ['Rudi'])
  t.strictSame(await names([]), [])
  t.strictSame(await names([rudi.id], 0), [])
  t.strictSame(await names([dewi.id], 1, other.db), [], 'the other one is empty')
  t.strictSame(await inTransaction(db, trx => names([dewi.id], 1, trx)), ['Dewi'])
})
