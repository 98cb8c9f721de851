import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadedAtStart } from './support/loaded-at-start.ts'
import { readSources, type Source } from './support/source.ts'
import * as views from './support/view-rules.ts'
import * as walls from './support/walls.ts'
import * as words from './support/word-rules.ts'

const root = process.cwd()
const plugins = existsSync(join(root, 'plugins')) ? readdirSync(join(root, 'plugins')) : []
const channels = [
  ...new Set([
    'email',
    'webchat',
    'whatsapp',
    'telegram',
    'messenger',
    'instagram',
    'sms',
    ...plugins
  ])
]
const code = readSources(root, ['server', 'plugins', 'migrations', 'test'], ['.ts'])
const pages = readSources(root, ['views', 'plugins'], ['.eta'])
const styles = readSources(root, ['public', 'plugins'], ['.css'])

const rules: [string, walls.Rule][] = [
  ['core imports no plugin', walls.coreKnowsNoPlugin],
  ['a plugin imports its own files, packages and types of the one door', walls.pluginsUseOneDoor],
  ['only the web layer knows fastify', walls.onlyWebKnowsFastify],
  ['main and app are imported by the command line and tests alone', walls.nothingImportsTheRoot],
  ['features import downward', walls.featuresImportDownward],
  ['core speaks no mail protocol', walls.coreSpeaksNoProtocol],
  ['core names no channel', walls.coreNamesNoChannel(channels)],
  ['the log is used, not the console', walls.noConsole],
  ['paths name things, not actions', walls.pathsNameThings],
  ['tests wait for what happens, however long it takes', walls.testsArePatient]
]

for (const [sentence, rule] of rules) {
  t.test(sentence, async t => t.same(rule(code), []))
}

/** Each costs 30 to 130 ms of the processor and megabytes. */
const rarelyNeeded = [
  ...['libphonenumber-js', 'libphonenumber-js/max', 'sanitize-html', 'html-to-text', 'htmlparser2'],
  ...['mailparser', 'file-type', 'yauzl', 'tar-stream']
]

t.test('a start does without the libraries that only some work needs', async t => {
  const entries = [...plugins.map(id => `plugins/${id}/index`), 'server/main', 'server/app']
  const loaded = loadedAtStart(entries.map(entry => join(root, 'dist', `${entry}.js`)))

  t.ok(loaded.has('fastify') && loaded.has('kysely'), 'what it needs is seen')
  for (const library of rarelyNeeded) t.notOk(loaded.has(library), library)
})

t.test('files stay small', async t => {
  t.same(walls.filesStaySmall([...code, ...pages, ...styles]), [])
})

t.test('views obey the content policy', async t => {
  t.same(views.viewsObeyThePolicy(pages), [])
})

t.test('raw output is a part, the body or sanitised', async t => {
  t.same(views.rawOutputIsSafe(pages), [])
})

t.test('htmx settings stand where they take effect', async t => {
  t.same(views.htmxSettingsTakeEffect(pages), [])
})

t.test('words', async t => {
  const files = readSources(root, ['server/i18n/words'], ['.json'])
  const core = files.flatMap(({ text }) => Object.keys(JSON.parse(text) as words.Words))
  const callers = [...code, ...pages, ...readSources(root, ['bin', 'public'], ['.js'])].filter(
    ({ path }) => !isTest(path) && !path.startsWith('server/cli/template/')
  )
  const own = (from: Source) => ownKeys(/^plugins\/[^/]+/.exec(from.path)?.[0])

  t.same(words.bothLanguages(files), [], 'every text is in both languages')
  t.same(words.keysAreUnique(files), [], 'every key is in one file')
  t.same(
    callers.flatMap(file => words.keysExist([file], new Set([...core, ...own(file)]))),
    [],
    'every key that is asked for exists'
  )
  t.same(words.keysAreUsed(callers, new Set(core)), [], 'no text is left over')
})

for (const plugin of plugins) {
  const locales = readSources(root, [`plugins/${plugin}/locales`], ['.json'])
  const [en, id] = ['en', 'id'].map(name =>
    locales.find(({ path }) => path.endsWith(`/${name}.json`))
  )
  if (!en && !id) continue
  t.test(`${plugin} has the same words in both languages`, async t => {
    t.same(en && id ? words.sameKeys(en, id) : ['one language is missing'], [])
  })
}

function ownKeys(folder: string | undefined): string[] {
  if (!folder) return []
  const [locale] = readSources(root, [`${folder}/locales`], ['en.json'])
  return locale ? Object.keys(JSON.parse(locale.text) as words.Words) : []
}

function isTest(path: string): boolean {
  return path.startsWith('test/') || path.includes('/test/')
}
