import { join } from 'node:path'
import type { Test } from 'tap'
import { keptReport, testPlugin, type Tier } from 'sapa/plugin-api/test'

/** The kit finds case by case what the plugin's conformance.json tells, and this tier. */
export async function keepsPromises(t: Test, plugin: string, tier: Tier): Promise<void> {
  const { report } = await testPlugin(plugin)
  const kept = keptReport(join(process.cwd(), 'plugins', plugin), report.version)
  const outcomes = (cases: readonly { number: number; outcome: string }[] = []) =>
    cases.map(({ number, outcome }) => `${number} ${outcome}`)
  t.same(outcomes(report.cases), outcomes(kept?.cases), 'conformance.json is of this version')
  t.same([report.tier, kept?.tier], [tier, tier])
}
