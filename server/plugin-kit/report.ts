/** What came out of one case. Only `passed` and `not applicable` count for a tier. */
export type Outcome = 'passed' | 'failed' | 'not applicable' | 'not checked'

export type Tier = 'bronze' | 'silver' | 'gold'

export interface CaseResult {
  number: number
  name: string
  tier: Tier
  outcome: Outcome
  reason?: string
  /** How long it took. */
  ms: number
}

/** What a run has found. `conformance.json` holds it beside `plugin.json`. */
export interface Report {
  plugin: string
  version: string
  channel: string
  /** Version of the plugin API that it ran against. */
  api: string
  /** When, as an ISO date. */
  at: string
  /** The highest tier whose cases, and all below, hold. */
  tier: Tier | null
  cases: CaseResult[]
}

export const tiers: readonly Tier[] = ['bronze', 'silver', 'gold']

/** Nothing that failed or did not run counts: a tier is reached when all of its cases hold. */
export function tierOf(cases: readonly CaseResult[]): Tier | null {
  let reached: Tier | null = null
  for (const tier of tiers) {
    const own = cases.filter(one => one.tier === tier)
    const isReached = own.length > 0 && own.every(one => holds(one.outcome))
    if (!isReached) return reached
    reached = tier
  }
  return reached
}

/** For people at a terminal. */
export function reportText(report: Report): string {
  const { plugin, version, channel, cases } = report
  const lines = [`${plugin} ${version}, channel ${channel}`, '']
  for (const tier of tiers) {
    const own = cases.filter(one => one.tier === tier)
    if (own.length === 0) continue
    lines.push(`${tier}: ${own.filter(one => holds(one.outcome)).length} of ${own.length} hold`)
    for (const one of own) lines.push(lineOf(one))
    lines.push('')
  }
  lines.push(`Tier: ${report.tier ?? 'none'}`)
  const missing = cases.filter(one => !holds(one.outcome)).map(one => one.number)
  if (missing.length > 0) lines.push(`Open: ${missing.join(', ')}`)
  return lines.join('\n')
}

const holds = (outcome: Outcome) => outcome === 'passed' || outcome === 'not applicable'

const marks: Record<Outcome, string> = {
  passed: 'ok',
  failed: 'FAILED',
  'not applicable': 'n/a',
  'not checked': 'open'
}

function lineOf({ number, name, outcome, reason }: CaseResult): string {
  const head = `  ${marks[outcome].padEnd(7)}${String(number).padStart(2)}  ${name}`
  return reason ? `${head}: ${reason}` : head
}
