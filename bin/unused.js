// What nothing uses any more: exports of our code and packages of package.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'

/** `files` is a Map of path to text; `manifest` is package.json. Returns sentences. */
export function findUnused(files, manifest) {
  return [
    ...unusedExports(files),
    ...unusedPackages(files, manifest),
    ...undeclared(files, manifest)
  ]
}

function unusedExports(files) {
  const imported = new Set([...files].flatMap(([path, text]) => namesImported(path, text)))
  return [...files]
    .filter(([path]) => /^(server|plugins)\/.*\.ts$/.test(path) && !isDoor(path))
    .flatMap(([path, text]) =>
      namesExported(text)
        .filter(name => !isTypeOfOwnFile(text, name))
        .map(name => `${path} ${name}`)
    )
    .filter(item => !imported.has(item) && !imported.has(`${item.split(' ')[0]} *`))
    .map(item => `${item} is exported, but imported nowhere`)
}

/** A type that the file itself builds on, such as the row in its table map, need not travel. */
function isTypeOfOwnFile(text, name) {
  const isType = new RegExp(`^export (?:interface|type) ${name}\\b`, 'm').test(text)
  return isType && [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1
}

/** The plugin API and the kit are for others, migrations go by their folder, tests export nothing, a plugin's index is a default export. */
function isDoor(path) {
  return /^server\/plugin-(api\/|kit\/(index|spec|report)\.ts)|\/(test|migrations)\/|\.test\.ts$/.test(
    path
  )
}

function namesExported(text) {
  const declared =
    /^export (?:declare )?(?:async )?(?:const|function\*?|class|interface|type|abstract class) (\w+)/gm
  const listed = /^export (?:type )?\{([^}]*)\}/gm
  return [
    ...[...text.matchAll(declared)].map(match => match[1]),
    ...[...text.matchAll(listed)].flatMap(match => splitNames(match[1]).map(([, as]) => as))
  ]
}

/** As `path name` for each name taken from a file of ours; `path *` when all are taken. */
function namesImported(path, text) {
  const statements = text.matchAll(
    /^[ \t]*(import|export)\s+(?:type\s)?([\w\s{},*$]*?)from\s*['"](\.[^'"]+)['"]/gm
  )
  const dynamic = text.matchAll(
    /(?:const|let)?\s*(\{[^{}]*\})?\s*=?\s*(?:\(?await )?import\(\s*['"](\.[^'"]+)['"]/g
  )
  return [
    ...[...statements].flatMap(([, , names, from]) => taken(path, names, from)),
    ...[...dynamic].flatMap(([, names, from]) => taken(path, names ?? '*', from))
  ]
}

function taken(path, names, from) {
  const target = posix
    .join(posix.dirname(path), from)
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts')
  if (names.includes('*')) return [`${target} *`]
  const braces = /\{([^}]*)\}/.exec(names)?.[1] ?? ''
  return splitNames(braces).map(([name]) => `${target} ${name}`)
}

function splitNames(names) {
  return names
    .split(',')
    .map(item => item.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map(item => item.split(/\s+as\s+|\s*:\s*/))
    .map(([name, as = name]) => [name, as])
}

function unusedPackages(files, { dependencies, devDependencies, scripts = {} }) {
  const code = [...files.values()].join('\n')
  const words = new Set(Object.values(scripts).join(' ').split(/\s+/))
  const isUsed = name =>
    words.has(name) || new RegExp(`(['"\`]|node_modules/)${name}['"\`/]`).test(code)
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter(name => !isUsed(programs[name] ?? name.replace(/^@types\//, '')))
    .map(name => `${name} is in package.json, but used nowhere`)
}

/** Packages that are used under another name than their own. */
const programs = { typescript: 'tsc', 'oxlint-tsgolint': 'oxlint', '@types/node': 'node' }

function undeclared(files, { dependencies, devDependencies }) {
  return [...files].flatMap(([path, text]) => {
    const isTool = /^(test|bin)\/|\/test\//.test(path)
    const allowed = {
      ...dependencies,
      ...(isTool ? devDependencies : {}),
      sapa: '',
      'tap-parser': ''
    }
    return packagesImported(text)
      .filter(name => !(name in allowed))
      .map(name => `${path} imports ${name}, which is not in dependencies`)
  })
}

function packagesImported(text) {
  const pattern =
    /^[ \t]*(?:import|export)\s+(?:[\w\s{},*$]*?from\s*)?['"]([^'".][^'"]*)['"]|import\(\s*['"]([^'".][^'"]*)['"]/gm
  return [...text.matchAll(pattern)]
    .map(match => match[1] ?? match[2])
    .filter(name => !name.startsWith('node:') && !name.startsWith('/'))
    .map(name =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/')
    )
}

function readProject() {
  const folders = ['server', 'plugins', 'migrations', 'test', 'bin', 'views', 'public', '.ci']
  const names = ['.taprc', ...folders.flatMap(list)].filter(name => existsSync(name))
  return new Map(names.map(name => [name, readFileSync(name, 'utf8')]))
}

function list(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.([jt]s|eta|css)$|^run$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => path !== join('bin', 'unused.js'))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const unused = findUnused(readProject(), JSON.parse(readFileSync('package.json', 'utf8')))
  for (const sentence of unused) console.log(sentence)
  process.exitCode = unused.length > 0 ? 1 : 0
}
