import type { Fault } from '../plugin-host/call/fault-log.ts'
import type { LogLine } from '../plugin-host/log-lines.ts'
import { ask } from './plugin-errand.ts'
import { remark, say } from './say.ts'

/** What went wrong in a plugin, and its last lines when a server runs. Oldest first. */
export async function tellLog(id: string): Promise<void> {
  const { value, isServing } = await ask<{ lines: LogLine[]; faults: Fault[] }>({
    verb: 'log',
    id
  })
  const entries = [
    ...value.faults.map(({ at, entry, text }) => ({ at, text: `fault  ${entry}: ${text}` })),
    ...value.lines.map(({ at, level, text, facts }) => ({
      at,
      text: `${level.padEnd(6)} ${[text, facts].filter(Boolean).join(' ')}`
    }))
  ]
  for (const { at, text } of entries.toSorted((a, b) => a.at - b.at)) {
    say(`${new Date(at).toISOString()}  ${text}`)
  }
  if (!isServing) remark('No server runs: only what went wrong is kept, not the last lines.')
}
