import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { valid, validRange } from 'semver'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import { pathProblem } from './site/path.ts'

/** The version of `server/plugin-api/`, of its own: a manifest names the range that it works with. */
export const apiVersion = '1.0.0'

/** All that is wrong with a `plugin.json`, for its author. */
export class ManifestError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('; '))
    this.name = 'ManifestError'
    this.problems = problems
  }
}

/** Reads `plugin.json` without running any code of the plugin. Throws ManifestError. */
export function readManifest(folder: string, id = basename(folder)): PluginManifest {
  return checkManifest(parseManifest(textOf(folder)), id)
}

/** `id` is what the plugin must be called: its folder. Throws ManifestError with all that is wrong. */
export function checkManifest(json: Record<string, unknown>, id?: string): PluginManifest {
  const problems = [...shapeProblems(json), ...meaningProblems(json, id)]
  if (problems.length > 0) throw new ManifestError([...new Set(problems)])
  return json as unknown as PluginManifest
}

function textOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'plugin.json'), 'utf8')
  } catch (error) {
    throw new ManifestError([`plugin.json cannot be read: ${(error as Error).message}`])
  }
}

/** Throws ManifestError. */
export function parseManifest(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>
  } catch (error) {
    throw new ManifestError([`plugin.json cannot be read: ${(error as Error).message}`])
  }
  throw new ManifestError(['plugin.json must be an object'])
}

type Check = (value: unknown) => string | null

const isText: Check = value =>
  typeof value === 'string' && value.length > 0 && value.length <= 2_000 ? null : 'must be a text'

const isList: Check = value =>
  Array.isArray(value) && value.length <= 100 && value.every(item => isText(item) === null)
    ? null
    : 'must be a list of texts'

const isFlag: Check = value => (typeof value === 'boolean' ? null : 'must be true or false')

const matches =
  (pattern: RegExp): Check =>
  value =>
    isText(value) ?? (pattern.test(String(value)) ? null : `must match ${pattern.source}`)

/** Unknown members are let through: a newer Sapa may know them. */
const required: Record<string, Check> = {
  id: matches(/^[a-z][a-z0-9-]{1,30}$/),
  version: value => isText(value) ?? (String(value).length > 60 ? 'is too long' : null),
  api: isText,
  'title.en': isText,
  'title.id': isText,
  'description.en': isText,
  'description.id': isText,
  author: isText,
  provides: isList,
  scopes: isList
}

const optional: Record<string, Check> = {
  icon: isText,
  homepage: matches(/^https?:\/\//),
  conflicts: isList,
  paths: isList,
  locales: isList,
  personalData: isFlag,
  activeByDefault: isFlag
}

function shapeProblems(json: Record<string, unknown>): string[] {
  const all = Object.entries({ ...required, ...optional })
  return all.flatMap(([path, check]) => {
    const value = at(json, path)
    if (value === undefined) return path in required ? [`${path} is missing`] : []
    const problem = check(value)
    return problem === null ? [] : [`${path} ${problem}`]
  })
}

function at(json: Record<string, unknown>, path: string): unknown {
  const [first = '', second] = path.split('.')
  const value = json[first]
  if (second === undefined) return value
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[second]
    : undefined
}

/** Tables of a plugin start with its id, so an id must not be the start of what core calls a table or an index. */
const reserved = new Set([
  ...['core', 'sapa', 'sqlite', 'migration', 'account', 'agent', 'api', 'conversation', 'customer'],
  ...['message', 'outbox', 'plugin', 'sign', 'team', 'job', 'assets', 'public', 'recovery', 'lock'],
  ...['joined', 'invite', 'read', 'relay', 'parked', 'closed', 'reaction', 'attachment', 'event'],
  ...['idempotency', 'identity', 'journal', 'participant', 'receipt', 'session', 'suggestion'],
  ...['closed-way', 'conversation-tag', 'invite-code', 'joined-chat', 'message-alias'],
  ...['message-remote', 'message-version', 'outbox-attempt', 'parked-event', 'read-mark'],
  ...['relay-message', 'writer']
])

/** Nor of the records of migrations: `migration_<id>` and `migration_lock_<id>`. */
const isReserved = (id: string) =>
  reserved.has(id) || /^(?:core|sapa|sqlite|migration|lock|plugin|sign)-/.test(id)

/** What a plugin can say that it adds. */
const kinds = ['channel', 'slot', 'rule', 'command', 'page', 'filter']

const ownScopes = [
  ...['customers', 'conversations'].flatMap(what => [`${what}:read`, `${what}:write`]),
  'mail:send'
]

const netScope = /^net:(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)$/

function meaningProblems(json: Record<string, unknown>, folder?: string): string[] {
  const { id, version, api } = json
  const problems: string[] = []
  if (folder !== undefined && typeof id === 'string' && id !== folder)
    problems.push(`id must be the folder name ${folder}`)
  if (typeof id === 'string' && isReserved(id)) problems.push(`id ${id} is reserved`)
  if (typeof version === 'string' && !valid(version)) {
    problems.push(`version ${version} is not a version like 1.0.0`)
  }
  if (typeof api === 'string' && !validRange(api))
    problems.push(`api ${api} is not a version range`)
  for (const scope of strings(json['scopes'])) {
    if (!ownScopes.includes(scope) && !netScope.test(scope))
      problems.push(`scope ${scope} is unknown`)
  }
  for (const thing of strings(json['provides'])) {
    if (!/^[a-z]+:[a-z0-9._-]+$/.test(thing))
      problems.push(`provides ${thing} must look like channel:email`)
    else if (!kinds.includes(thing.split(':')[0] ?? ''))
      problems.push(`provides ${thing} is unknown: it starts with none of ${kinds.join(', ')}`)
  }
  for (const path of strings(json['paths'])) {
    const problem = pathProblem(path)
    if (problem) problems.push(`paths ${path} ${problem}`)
  }
  for (const member of ['requires', 'optional']) problems.push(...neededProblems(json, member))
  return problems
}

function neededProblems(json: Record<string, unknown>, member: string): string[] {
  const plugins = at(json, `${member}.plugins`) ?? {}
  if (typeof plugins !== 'object') return [`${member}.plugins must be an object`]
  return Object.entries(plugins as Record<string, unknown>)
    .filter(([, range]) => typeof range !== 'string' || !validRange(range))
    .map(([name]) => `${member}.plugins.${name} is not a version range`)
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
