import { posix } from 'node:path'
import { findAll, place, withoutComments, type Source } from './source.ts'

/** The rules of docs/architecture.md as functions: sources in, sentences about violations out. */
export type Rule = (sources: Source[]) => string[]

interface Import {
  from: Source
  index: number
  /** A path of the project, such as `server/db/open.ts`, or a package name. */
  target: string
  isTypeOnly: boolean
}

const statement = /^[ \t]*(?:import|export)\s+(type\s)?[\w\s{},*$]*?from\s*['"]([^'"\n]+)['"]/gm
const bare = /^[ \t]*import\s*()['"]([^'"\n]+)['"]/gm
const dynamic = /\bimport()\(\s*['"`]([^'"`\n]+)['"`]/g

export function importsOf(source: Source): Import[] {
  return [statement, bare, dynamic].flatMap(pattern =>
    [...source.text.matchAll(pattern)].map(match => ({
      from: source,
      index: match.index,
      target: resolve(source.path, match[2] ?? ''),
      isTypeOnly: match[1] !== undefined && match[1] !== ''
    }))
  )
}

function resolve(from: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(from), target) : target
}

/** A rule about single imports: what is wrong with this one, if anything. */
function importRule(
  complaint: (path: string, target: string, one: Import) => string | false
): Rule {
  return sources =>
    sources.flatMap(source =>
      importsOf(source).flatMap(one => {
        const sentence = complaint(source.path, one.target, one)
        return sentence ? [`${place(source, one.index)} ${sentence}`] : []
      })
    )
}

export const coreKnowsNoPlugin = importRule(
  (path, target) => isCore(path) && target.startsWith('plugins/') && `core imports ${target}`
)

/** A plugin has its own files, packages, and types of the one door. Its tests also have the kit. */
export const pluginsUseOneDoor = importRule((path, target, { isTypeOnly }) => {
  const own = /^plugins\/[^/]+\//.exec(path)?.[0]
  if (!own || target.startsWith(own) || target.startsWith('node:')) return false
  if (target.startsWith('sapa/plugin-api/test')) return false
  if (target === 'sapa/plugin-api')
    return !isTypeOnly && 'imports more than types of the plugin API'
  const isTest = path.startsWith(`${own}test/`)
  if (isTest && /^(test\/support|server\/plugin-api)\//.test(target)) return false
  const isPackage = !/^(sapa|server|plugins|migrations|test|bin|\.\.)(\/|$)/.test(target)
  return !isPackage && `a plugin imports ${target}`
})

const webCode = /^server\/(web\/|plugin-host\/|app\.ts$)|(^|\/)routes\.ts$|^test\//

export const onlyWebKnowsFastify = importRule(
  (path, target) =>
    /^(fastify$|fastify-plugin$|@fastify\/)/.test(target) &&
    !webCode.test(path) &&
    `${target} outside web/, plugin-host/, app.ts and routes.ts`
)

const roots = new Set(['server/main.ts', 'server/app.ts'])

export const nothingImportsTheRoot = importRule(
  (path, target) =>
    roots.has(target) &&
    !/^(test\/|plugins\/[^/]+\/test\/|server\/(cli|plugin-kit)\/|server\/main\.ts$)/.test(path) &&
    `${target} is for main, the command line and tests`
)

const mailLibraries = /^(imapflow|nodemailer|mailparser|smtp-server)(\/|$)/

export const coreSpeaksNoProtocol = importRule(
  (path, target) => isCore(path) && mailLibraries.test(target) && `core imports ${target}`
)

const base = new Set([
  'db',
  'i18n',
  'jobs',
  'secret',
  'setting',
  'blob',
  'errors',
  'config',
  'paths'
])
const aside = new Set([...base, 'web', 'live', 'plugin-api', 'plugin-host', 'sapa', 'log'])

/** agent, customer → conversation → the rest. Types may look up, code may not. */
export const featuresImportDownward = importRule((path, target, { isTypeOnly }) => {
  const [from, to] = [featureOf(path), featureOf(target)]
  if (!from || !to || from === to || isTypeOnly || path.endsWith('/routes.ts')) return false
  if (base.has(from)) return !base.has(to) && `${from} is below ${to}`
  return !aside.has(from) && rank(from) < rank(to) && `${from} is below ${to}`
})

function rank(feature: string): number {
  if (aside.has(feature)) return 0
  if (feature === 'agent' || feature === 'customer') return 1
  return feature === 'conversation' ? 2 : 3
}

function featureOf(path: string): string | undefined {
  return /^server\/([^/.]+)/.exec(path)?.[1]
}

/** Names of channels: a comparison with one in core is an `if` that belongs into the plugin. */
export const coreNamesNoChannel =
  (channels: string[]): Rule =>
  sources =>
    sources
      .filter(({ path }) => isCore(path) && !path.startsWith('server/cli/demo'))
      .map(withoutComments)
      .flatMap(source => {
        const names = channels.join('|')
        const compared = `\\b(\\w*(?:type|channel|plugin|provider)\\w*)['"\\]?!]*\\s*(?:[=!]==|:)\\s*`
        return [
          ...findAll(
            source,
            new RegExp(`${compared}['"](${names})['"]`, 'gi'),
            ([, what, name]) => `names a channel: ${what} ${name}`
          ),
          ...findAll(
            source,
            new RegExp(`\\bcase\\s+['"](${names})['"]`, 'g'),
            ([, name]) => name !== 'email' && `names a channel: case ${name}`
          ),
          ...findAll(
            source,
            new RegExp(`['"\`/]plugins/(${names})\\b`, 'g'),
            ([, name]) => `names the folder of a plugin: ${name}`
          )
        ]
      })

const impatience: [RegExp, string][] = [
  [/\bwaitForFunction\(/g, 'polls by eval, which the policy refuses: ask `evaluate` in `until`'],
  [/\bt\.setTimeout\(\d|\bdeadlineMs: ?[\d_]{3}/g, 'has a deadline of its own, see patience.ts'],
  [/\bAbortSignal\.timeout\([\d_]{4}/g, 'has a deadline of its own, see patience.ts']
]

/** What holds on an idle machine only fails once in many runs. */
export const testsArePatient: Rule = sources =>
  sources
    .filter(({ path }) => path.endsWith('.test.ts') && path !== 'test/rules.test.ts')
    .map(withoutComments)
    .flatMap(source =>
      impatience.flatMap(([pattern, fault]) =>
        findAll(source, pattern, ([what]) => `${what} ${fault}`)
      )
    )

export const noConsole: Rule = sources =>
  sources
    .filter(({ path }) => /^(server|plugins)\//.test(path) && !path.startsWith('server/cli/'))
    .map(withoutComments)
    .flatMap(source => findAll(source, /\bconsole\.\w+/g, ([call]) => `${call} instead of the log`))

const budgets = [
  { ending: /\.tsx?$/, lines: 300 },
  { ending: /\.eta$/, lines: 120 },
  { ending: /\.css$/, lines: 250 }
]

/** Migrations only ever grow by new files; the first one is the schema and may be long. */
export const filesStaySmall: Rule = sources =>
  sources
    .filter(({ path }) => !path.startsWith('migrations/'))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length
      const budget = budgets.find(({ ending }) => ending.test(path))?.lines ?? Infinity
      return lines > budget ? [`${path} has ${lines} lines of ${budget}`] : []
    })

const verbs =
  'accept|activate|add|approve|assign|cancel|change|claim|close|connect|create|deactivate|delete|' +
  'disable|disconnect|do|enable|execute|get|link|list|login|logout|mark|merge|move|pin|post|put|remove|' +
  'rename|reopen|reset|restart|save|send|set|start|stop|submit|toggle|unassign|' +
  'unlink|unmerge|unpin|unsnooze|update|verify'
const route =
  /\.(?:get|post|put|patch|delete|route)\w*\s*(?:<[^>]*>)?\(\s*(?:\{[^}]*url:\s*)?['"`](\/[^'"`]*)['"`]/g

/** A change of state is a resource: `PUT /conversations/:id/closure`, not `/close`. */
export const pathsNameThings: Rule = sources =>
  sources
    .filter(({ path }) => /^(server|plugins)\//.test(path) && !path.includes('/test/'))
    .map(withoutComments)
    .flatMap(source =>
      findAll(source, route, ([, path]) => {
        const verb = path?.split('/').find(part => new RegExp(`^(${verbs})$`).test(part))
        return verb !== undefined && `the path ${path} holds the verb ${verb}`
      })
    )

function isCore(path: string): boolean {
  return path.startsWith('server/') || path.startsWith('migrations/')
}
