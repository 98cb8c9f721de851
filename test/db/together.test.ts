import { t } from 'tap'
import type { Db } from '../../server/db/schema.ts'
import { announce, onCommit } from '../../server/db/transaction.ts'
import { together } from '../../server/db/together.ts'
import { openTestDb } from '../support/database.ts'

const addTeam = (name: string) => async (trx: Db) => {
  await trx.insertInto('team').values({ name, created_at: 1 }).execute()
  announce(trx, { topic: 'conversation.changed', conversation: name.length })
}

t.test('writes of one turn share a transaction', async t => {
  const { db } = await openTestDb(t)
  const write = together(db)
  const told: number[] = []
  onCommit(db, news => void told.push(news.length))

  await Promise.all(['Gudang', 'Toko', 'Kurir'].map(name => write(addTeam(name))))

  t.same(told, [3])
  t.equal((await db.selectFrom('team').selectAll().execute()).length, 3)
})

t.test('one that fails, fails alone', async t => {
  const { db } = await openTestDb(t)
  const write = together(db)
  const told: number[] = []
  onCommit(db, news => void told.push(news.length))

  const names = ['Gudang', 'Toko', 'Gudang', 'Kurir']
  const results = await Promise.allSettled(names.map(name => write(addTeam(name))))

  t.same(
    results.map(result => result.status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']
  )
  t.same(told, [1, 1, 1])
  const rows = await db.selectFrom('team').select('name').orderBy('id').execute()
  t.same(
    rows.map(row => row.name),
    ['Gudang', 'Toko', 'Kurir']
  )
})
