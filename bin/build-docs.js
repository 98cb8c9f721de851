// Writes the reference of docs/plugins.md from the comments of server/plugin-api/, between its markers.
// node bin/build-docs.js [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/plugins.md')

/** The page with every part between markers made anew. */
export async function withReference(text) {
  const rules = await readRules()
  return text.replace(
    /(<!-- made: ([\w. ]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin, what, end) => `${begin}${made(what, rules)}\n${end}`
  )
}

function made(what, rules) {
  const [kind, file, name] = what.split(' ')
  if (kind === 'filters') return filters(rules.filterRules)
  if (kind === 'events') return events(rules.eventRules)
  if (kind === 'slots') return slots(rules.slotRules)
  if (kind === 'members') return members(file, name)
  throw new Error(`docs/plugins.md asks for "${what}", which nothing makes`)
}

async function readRules() {
  const load = name => import(`../dist/server/plugin-api/${name}.js`)
  return { ...(await load('hooks')), ...(await load('slots')) }
}

function filters(rules) {
  const rows = membersOf('hooks.ts', 'Filters').map(({ name, type, doc }) => {
    const { onError, timeoutMs, since } = rules[name]
    return [code(name), doc, code(type), onError, `${timeoutMs / 1000} s`, since]
  })
  return table(['Filter', 'What', 'Gets', 'On error', 'Time', 'Since'], rows)
}

function events(rules) {
  const rows = membersOf('hooks.ts', 'Events').map(({ name, type, doc }) => {
    const { isDurable, since } = rules[name]
    return [code(name), doc, code(type), isDurable ? '`on`, `consume`' : '`on`', since]
  })
  return table(['Event', 'What', 'Facts', 'With', 'Since'], rows)
}

function slots(rules) {
  const rows = membersOf('slots.ts', 'Slots').map(({ name, type, doc }) => {
    const { mode, since } = rules[name]
    return [code(name), doc, code(type), mode, since]
  })
  return table(['Slot', 'What', 'Gets', 'Mode', 'Since'], rows)
}

function members(file, name) {
  const rows = membersOf(file, name).map(({ name: member, doc }) => [code(member), doc])
  return table(['Member', 'What'], rows)
}

/** Members of an interface, nested ones as `jobs.add`, each with its comment as one line. */
export function membersOf(file, name) {
  const text = readFileSync(join(root, 'server/plugin-api', file), 'utf8')
  const start = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n`, 'm').exec(text)
  if (!start) throw new Error(`${file} has no interface ${name}`)
  const from = start.index + start[0].length
  return membersIn(text.slice(from, text.indexOf('\n}', from)), '  ')
}

function membersIn(body, indent, prefix = '') {
  const pattern = new RegExp(
    `^${indent}(?:/\\*\\*([\\s\\S]*?)\\*/\\s+)?(?:// oxlint.*\\n${indent})?` +
      `(?:readonly )?('[\\w.]+'|\\w+)(\\??)(.*(?:\\n(?:${indent} .*|${indent}[})\\]].*|))*)`,
    'gm'
  )
  return [...body.matchAll(pattern)].flatMap(([, comment, quoted, , rest]) => {
    const name = `${prefix}${quoted.replaceAll("'", '')}`
    const isGroup = prefix === '' && /^: \{\n/.test(rest) && !quoted.startsWith("'")
    const nested = isGroup ? membersIn(rest, `${indent}  `, `${name}.`) : []
    const own = { name, type: oneLine(rest.replace(/^\s*:/, '')), doc: docOf(comment) }
    if (nested.every(({ doc }) => doc === '')) return [own]
    return own.doc === '' ? nested : [own, ...nested]
  })
}

const docOf = (comment = '') => oneLine(comment.replace(/^\s*\* ?/gm, ' '))

const oneLine = text => text.replaceAll(/\s+/g, ' ').trim()

const code = text => `\`${text.replaceAll('|', '\\|')}\``

function table(head, rows) {
  const line = cells => `| ${cells.join(' | ')} |`
  const cells = rows.map(row => row.map(cell => cell.replaceAll(/(?<!\\)\|/g, '\\|')))
  return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const before = readFileSync(page, 'utf8')
  const after = await withReference(before)
  if (process.argv.includes('--check')) process.exitCode = before === after ? 0 : 1
  else writeFileSync(page, after)
}
