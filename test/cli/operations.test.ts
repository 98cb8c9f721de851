import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import t from 'tap'
import { program } from '../../server/cli/program.ts'
import { readConfig } from '../../server/config.ts'
import { root } from '../../server/paths.ts'

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')

/** Each `sapa …` of the page, with the lines that a backslash continues. */
const lines = page
  .replaceAll(/\\\n\s*/g, '')
  .matchAll(/(?:npx sapa|bin\/sapa\.js|`sapa) ([^`\n#|]+)/g)
const named = [...lines].map(([, words = '']) => words.trim().split(/\s+/))

function find(words: string[]): Command | undefined {
  let command: Command | undefined = program()
  for (const word of words) {
    const next: Command | undefined = command?.commands.find(one => one.name() === word)
    if (!next) return command?.commands.length === 0 ? command : undefined
    command = next
  }
  return command
}

t.test('every command and option that the page names exists', async t => {
  t.ok(named.length > 15)
  for (const words of named.filter(([first]) => /^[a-z]/.test(first ?? ''))) {
    const command = find(words)
    t.ok(command, words.join(' '))
    const known = command?.options.map(option => option.long) ?? []
    for (const option of words.filter(word => /^--\w/.test(word) && word !== '--help')) {
      t.ok(known.includes(option), `${words[0]} ${option}`)
    }
  }
})

t.test('every command is on the page', async t => {
  const leaves = (command: Command, path: string): string[] =>
    command.commands.length === 0
      ? [path]
      : command.commands.flatMap(one => leaves(one, `${path} ${one.name()}`))
  for (const path of leaves(program(), 'sapa')) t.match(page, path)
})

t.test('every variable of the environment is on the page', async t => {
  const asked = new Set<string>()
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    { get: (_, name) => void asked.add(String(name)) }
  )
  readConfig(env)

  t.ok(asked.size >= 7)
  for (const name of asked) t.match(page, `\`${name}\``)
})
