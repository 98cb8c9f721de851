import { readdirSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { keptReport } from 'sapa/plugin-api/test'
import { cases } from '../../server/plugin-kit/cases.ts'
import { readManifest } from '../../server/plugin-host/manifest.ts'

t.test('docs/plugins.md lists every case of the kit', async t => {
  const text = readFileSync('docs/plugins.md', 'utf8')
  const rows = [...text.matchAll(/^\| (\d+) \| (bronze|silver|gold) \| (.+) \|$/gm)]

  t.same(
    rows.map(([, number, tier, name]) => `${number} ${tier} ${name}`),
    cases.map(({ number, tier, name }) => `${number} ${tier} ${name}`)
  )
})

t.test('every number stands once, and none is missing', async t => {
  t.same(
    cases.map(({ number }) => number),
    Array.from({ length: 45 }, (_, index) => index + 1)
  )
})

t.test('the kept reports of bundled plugins are of their version', async t => {
  const folders = readdirSync('plugins').map(id => join('plugins', id))
  const tested = folders.filter(folder => existsSync(join(folder, 'conformance.json')))

  t.ok(tested.length > 0)
  for (const folder of tested) t.ok(keptReport(folder, readManifest(folder).version), folder)
})
