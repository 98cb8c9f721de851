import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { placeOf } from './place.ts'
import type { CaseResult, Report, Tier } from './report.ts'

/** What the kit found of a plugin, as it is kept beside `plugin.json`. */
export interface Kept {
  tier: Tier | null
  /** ISO date of the run. */
  at: string
  /** Version of the plugin that was tested; of another version it says nothing. */
  version: string
  channel: string
  cases: Pick<CaseResult, 'number' | 'outcome' | 'reason'>[]
}

const fileName = 'conformance.json'
const tiers = new Set<unknown>([null, 'bronze', 'silver', 'gold'])

/** Writes the report beside the manifest. Answers the file. */
export function keepReport(path: string, report: Report): string {
  const { tier, at, version, channel, cases } = report
  const kept: Kept = {
    ...{ tier, at, version, channel },
    cases: cases.map(({ number, outcome, reason }) => ({
      ...{ number, outcome, ...(reason !== undefined && { reason }) }
    }))
  }
  const file = join(placeOf(path).folder, fileName)
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
  return file
}

/** The kept report of a plugin's folder, when it is of this version. */
export function keptReport(folder: string, version: string): Kept | null {
  const file = join(folder, fileName)
  if (!existsSync(file)) return null
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
    return kept.version === version && tiers.has(kept.tier) ? kept : null
  } catch {
    return null
  }
}
