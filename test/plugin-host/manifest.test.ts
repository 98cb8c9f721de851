import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { ManifestError, readManifest } from '../../server/plugin-host/manifest.ts'
import { bundledSource, findPlugins, type Source } from '../../server/plugin-host/scan.ts'
import { openTestDb } from '../support/database.ts'
import { dropPlugin } from '../support/plugin.ts'
import { temporaryFolder } from '../support/temporary.ts'

const good = {
  ...{ id: 'poin', version: '1.0.0', api: '^1.0', author: 'Toko Cahaya' },
  title: { en: 'Loyalty', id: 'Poin' },
  description: { en: 'Counts points', id: 'Menghitung poin' },
  provides: ['channel:poin'],
  scopes: ['net:*', 'net:api.example.com', 'net:*.example.com']
}

function problemsOf(t: Test, manifest: unknown, folder = 'poin'): string[] {
  const place = join(temporaryFolder(t), folder)
  mkdirSync(place)
  writeFileSync(
    join(place, 'plugin.json'),
    typeof manifest === 'string' ? manifest : JSON.stringify(manifest)
  )
  try {
    readManifest(place)
    return []
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    return error.problems
  }
}

t.test('a good manifest, also with members of a newer Sapa', async t => {
  t.same(problemsOf(t, { ...good, tier: 'silver' }), [])
})

t.test('no plugin can be called so that tables and indexes of Sapa look like its own', async t => {
  const { db } = await openTestDb(t)
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where sql is not null`.execute(db)
  const starts = rows.flatMap(({ name }) => {
    const words = name.split('_')
    return words.slice(1).map((_word, count) => words.slice(0, count + 1).join('-'))
  })
  t.ok(starts.includes('plugin-dead') && starts.includes('recovery'), starts.join(' '))
  for (const id of [...starts, 'lock', 'lock-poin', 'migration-poin', 'migration-lock-poin']) {
    t.match(problemsOf(t, { ...good, id }, id), [`id ${id} is reserved`], id)
  }
})

t.test('many mistakes are told at once', async t => {
  const problems = problemsOf(t, {
    id: 'Poin!',
    version: 'satu',
    api: 'yang baru',
    title: { en: 'Loyalty' },
    provides: ['email', 'magic:wand', 'slot:customer.sidebar'],
    scopes: ['net:*', 'fs:*', 'net:http://x', 'customers:read', 'customers:delete'],
    requires: { plugins: { crm: 'baru' } },
    optional: { plugins: 'crm' },
    personalData: 'ya'
  })

  for (const part of [
    /^author is missing/,
    /^description\.en is missing/,
    /^title\.id is missing/,
    /^id must match /,
    /^id must be the folder name poin/,
    /^version satu is not a version/,
    /^api yang baru is not a version range/,
    /^provides email must look like channel:email/,
    /^provides magic:wand is unknown/,
    /^scope customers:delete is unknown/,
    /^optional\.plugins must be an object/,
    /^personalData must be true or false/,
    /^scope fs:\* is unknown/,
    /^scope net:http:\/\/x is unknown/,
    /^requires\.plugins\.crm/
  ]) {
    t.ok(
      problems.some(problem => part.test(problem)),
      String(part)
    )
  }
})

t.test('manifests that are no manifests', async t => {
  t.match(problemsOf(t, '{'), [/^plugin\.json cannot be read/])
  t.match(problemsOf(t, '[]'), [/must be an object/])
  t.match(problemsOf(t, 'null'), [/must be an object/])
  t.match(problemsOf(t, { ...good, id: 'conversation' }, 'conversation'), [/is reserved/])
})

t.test('of two plugins with one id the first source wins, and broken ones are listed', async t => {
  const [first, second] = [temporaryFolder(t), temporaryFolder(t)]
  dropPlugin(first, 'poin', '')
  dropPlugin(second, 'poin', '', { manifest: { version: '9.0.0' } })
  dropPlugin(second, 'rusak', '', { files: { 'plugin.json': '{' } })
  mkdirSync(join(second, 'plugins', 'bukan-plugin'))

  const found = findPlugins([placeIn(first), placeIn(second)])

  t.match(found, [
    { id: 'poin', manifest: { version: '1.2.0' }, problems: [] },
    { id: 'rusak', manifest: null, problems: [/cannot be read/] }
  ])
  t.same(findPlugins([placeIn('/nowhere')]), [])
})

const placeIn = (folder: string): Source => ({
  ...bundledSource,
  folder: join(folder, 'plugins')
})

t.test('bundled plugins have good manifests', async t => {
  for (const plugin of findPlugins([bundledSource])) t.same(plugin.problems, [], plugin.id)
})
