import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { eventRules, filterRules } from '../../server/plugin-api/hooks.ts'
import { slotRules } from '../../server/plugin-api/slots.ts'
import { root } from '../../server/paths.ts'
import { readSources } from '../support/source.ts'

interface Member {
  name: string
  doc: string
}

const maker = (await import(pathToFileURL(join(root, 'bin/build-docs.js')).href)) as {
  withReference(text: string): Promise<string>
  membersOf(file: string, name: string): Member[]
}
const text = readFileSync(join(root, 'docs/plugins.md'), 'utf8')

t.test('the reference is made from the API as it is', async t => {
  t.equal(await maker.withReference(text), text, 'run `node bin/build-docs.js`')
})

t.test('every hook, slot and member has its line', async t => {
  const made = [...text.matchAll(/<!-- made: members (\S+) (\S+) -->/g)]
  const listed = made.map(([, file = '', name = '']) => [file, name] as const)
  const all = [...listed, ['hooks.ts', 'Filters'], ['hooks.ts', 'Events'], ['slots.ts', 'Slots']]
  const bare = all.flatMap(([file = '', name = '']) =>
    maker
      .membersOf(file, name)
      .filter(member => member.doc === '')
      .map(member => `${file} ${name}.${member.name}`)
  )

  t.same(bare, [])
  const plugin = readFileSync(join(root, 'server/plugin-api/plugin.ts'), 'utf8')
  const parts = /interface SapaContext\s+extends([^{]*)\{/.exec(plugin)?.[1]?.match(/\w+/g) ?? []
  const known = new Set<string>(listed.map(([, name]) => name))
  t.ok(parts.length > 3)
  t.same(
    parts.filter(name => !known.has(name)),
    [],
    'every part of sapa is in the reference'
  )
})

t.test('every hook and slot has a test, every filter and slot a plugin that uses it', async t => {
  const code = readSources(
    root,
    ['test', 'plugins', 'docs/examples', 'server/cli/template'],
    ['.ts', '.js']
  )
  const isTest = (path: string) =>
    /(^|\/)test\//.test(path) && path !== 'test/docs/reference.test.ts'
  const isIn = (name: string, wanted: (path: string) => boolean) =>
    code.some(file => wanted(file.path) && file.text.includes(`'${name}'`))
  const filters = [...Object.keys(filterRules), ...Object.keys(slotRules)]

  const untested = [...filters, ...Object.keys(eventRules)].filter(name => !isIn(name, isTest))
  t.same(untested, [])
  t.same(
    filters.filter(name => !isIn(name, path => !isTest(path))),
    [],
    'no hook without a user'
  )
})
