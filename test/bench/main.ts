import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { chat } from './chat.ts'
import { judge, printFigure, printHead, type Judged } from './figure.ts'
import { inbound } from './inbound.ts'
import { live } from './live.ts'
import { mailIn } from './mail-in.ts'
import { mailOut } from './mail-out.ts'
import type { Part } from './part.ts'
import { plugins } from './plugins.ts'
import { large, usual } from './size.ts'
import { start } from './start.ts'
import { web } from './web.ts'

const parts: Part[] = [start, web, live, inbound, mailIn, mailOut, plugins, chat]
const { values } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    chat: { type: 'boolean', default: false },
    json: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' }
  }
})
const size = values.large ? large : usual
const options = { size, seconds: Number(values.seconds), rounds: Number(values.rounds) }
const only = values.chat ? ['chat'] : values.only
const unknown = (only ?? []).filter(name => !parts.some(part => part.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Parts: ${parts.map(p => p.name).join(', ')}`
  )
  process.exit(1)
}

const machine = {
  node: process.version,
  processors: cpus().length,
  model: cpus()[0]?.model ?? '',
  memoryGb: Math.round(totalmem() / 1e9)
}
const figures: Judged[] = []
console.log(
  `${size.customers} customers, ${size.conversations} conversations, ${size.messages} messages; ` +
    `Node ${machine.node}, ${machine.processors} × ${machine.model}`
)
printHead()
for (const part of parts) {
  if (only && !only.includes(part.name)) continue
  await part.measure(options, figure => {
    const judged = judge(figure)
    figures.push(judged)
    printFigure(judged)
  })
}
const missed = figures.filter(figure => figure.isMissed)
console.log(`${figures.length} figures, ${missed.length} outside their budget`)
if (values.json) {
  writeFileSync(values.json, `${JSON.stringify({ size, machine, figures }, null, 2)}\n`)
}
process.exit(0)
