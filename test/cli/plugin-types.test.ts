import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { SapaContext } from '../../server/plugin-api/plugin.ts'
import { sapa } from '../support/command.ts'
import { pluginWorld } from '../support/plugin-world.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { typeCheck } from '../support/type-check.ts'

/** Where nothing of Sapa lies, and nothing of Node's types either. */
async function strangersFolder(t: Test, files: Record<string, string>) {
  const folder = temporaryFolder(t)
  t.match(await sapa(folder, ['plugin', 'types', folder]), { code: 0 })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const compile = (name: string) =>
    typeCheck(folder, '--strict', '--noEmit', '--target', 'es2023', name, 'sapa-plugin-api.d.ts')
  return { folder, compile }
}

const loyalty = `
import type { ChannelDefinition, PluginDb, SapaPlugin } from 'sapa/plugin-api'

interface Point { customer_id: number; points: number }

export const type: ChannelDefinition['type'] = 'chat'

export async function up(db: PluginDb): Promise<void> {
  await db.schema
    .createTable('poin_entry')
    .addColumn('customer_id', 'integer', column => column.primaryKey())
    .addColumn('points', 'integer', column => column.notNull().defaultTo(0))
    .execute()
}

export default {
  settings: { limit: { type: 'number', label: { en: 'Limit', id: 'Batas' }, default: 10 } },
  async setup(sapa) {
    const row = await sapa.db
      .selectFrom<Point>('poin_entry')
      .select(['points'])
      .where('customer_id', '=', 3)
      .executeTakeFirst()
    const points: number = row?.points ?? 0
    sapa.jobs.handle('count', async (_payload, signal) => {
      await sapa.fetch('https://api.example.com', { signal, timeoutMs: 1000, body: String(points) })
    })
    sapa.own(() => sapa.log.info({ points }))
  }
} satisfies SapaPlugin
`

t.test('a plugin is checked strictly with one file beside it', async t => {
  const { compile } = await strangersFolder(t, {
    'index.ts': loyalty,
    'wrong.ts': loyalty
      .replace("['points']", "['point']")
      .replace("type: 'number'", "type: 'amount'")
      .replace('row?.points', 'row.points')
  })

  t.same(compile('index.ts'), { status: 0, said: '' })
  const { status, said: problems } = compile('wrong.ts')
  t.equal(status, 1)
  t.match(problems, /wrong\.ts\(\d+,\d+\).*error TS2769/)
  t.match(problems, /'"amount"'/)
  t.match(problems, /'row' is possibly 'undefined'/)
})

t.test('the file holds every type of the API and no value', async t => {
  const { folder } = await strangersFolder(t, {})
  const text = readFileSync(join(folder, 'sapa-plugin-api.d.ts'), 'utf8')

  for (const name of ['SapaPlugin', 'Filters', 'Slots', 'ChannelDefinition', 'PluginManifest']) {
    t.match(text, new RegExp(`export interface ${name}\\b`))
  }
  t.match(text, 'Default export of a plugin')
  t.notMatch(text, /from '\.|kysely'|export (?:declare )?const|sourceMappingURL/)
  t.match(await sapa(folder, ['plugin', 'types', join(folder, 'nowhere')]), {
    code: 1,
    err: /There is no folder/
  })
})

interface Point {
  id: number
  customer: number
  points: number
  grade: string
}

const table = `export const up = async db => {
  const { schema } = db
  await schema
    .createTable('poin_entry')
    .ifNotExists()
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('customer', 'integer', column => column.notNull())
    .addColumn('points', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('grade', 'text', column => column.unique())
    .addUniqueConstraint('poin_entry_once', ['customer', 'points'])
    .execute()
  await schema.createIndex('poin_by_customer').on('poin_entry').columns(['customer']).execute()
  await schema.alterTable('poin_entry').addColumn('note', 'text').execute()
  await schema.createTable('poin_old').addColumn('id', 'integer').execute()
  await schema.dropTable('poin_old').ifExists().execute()
}`

t.test('what the types promise of the database is there', async t => {
  const { drop, plugins } = await pluginWorld(t)
  drop('poin', 'globalThis.poin = sapa', { files: { 'migrations/0001-points.js': table } })
  t.match(await plugins.activate('poin'), { state: 'active', reason: null })
  const { db } = (globalThis as unknown as { poin: SapaContext }).poin
  const all = () => db.selectFrom<Point>('poin_entry')
  const row = (id: number, points: number, grade: string) => ({ id, customer: 1, points, grade })

  await db
    .insertInto<Point>('poin_entry')
    .values([row(1, 5, 'perak'), row(2, 7, 'emas')])
    .execute()
  await db
    .insertInto<Point>('poin_entry')
    .values(row(2, 9, 'emas'))
    .onConflict(conflict => conflict.column('id').doUpdateSet({ points: 9 }))
    .execute()
  await db
    .insertInto<Point>('poin_entry')
    .values(row(3, 9, 'emas'))
    .onConflict(conflict => conflict.columns(['customer', 'points']).doNothing())
    .execute()

  t.same(await all().select(['id', 'points']).orderBy('points', 'desc').limit(1).execute(), [
    { id: 2, points: 9 }
  ])
  t.same(await all().selectAll().where('grade', 'in', ['perak']).executeTakeFirstOrThrow(), {
    ...row(1, 5, 'perak'),
    note: null
  })
  t.same(
    await all()
      .select(make => make.fn.countAll().as('count'))
      .select(make => make.fn.sum('points').as('sum'))
      .select(make => make.fn.max('points').as('best'))
      .select(make => make.fn.min('points').as('least'))
      .groupBy('customer')
      .execute(),
    [{ count: 2, sum: 14, best: 9, least: 5 }]
  )
  t.equal(await all().select('id').offset(5).limit(1).executeTakeFirst(), undefined)
  const added = db
    .insertInto<Point>('poin_entry')
    .values(row(4, 1, 'biru'))
    .returning('grade')
  t.same(await added.executeTakeFirstOrThrow(), { grade: 'biru' })
  const changed = db.updateTable<Point>('poin_entry').set({ points: 2 }).where('id', '=', 4)
  t.equal((await changed.executeTakeFirst())?.numUpdatedRows, 1n)
  const both = db.transaction().execute(async trx => {
    await trx.deleteFrom<Point>('poin_entry').where('id', '>', 0).execute()
    throw new Error('batal')
  })
  await t.rejects(both, { message: 'batal' })
  t.equal((await all().select('id').execute()).length, 3, 'all or nothing')
  const gone = db.deleteFrom<Point>('poin_entry').where('id', '=', 4)
  t.equal((await gone.executeTakeFirst())?.numDeletedRows, 1n)
  await t.rejects(
    db.transaction().execute(trx => trx.deleteFrom('customer').execute()),
    /may only use tables poin_/
  )
})
