import { ManifestError } from '../plugin-host/manifest.ts'
import { keepReport } from '../plugin-kit/kept.ts'
import type { CaseResult } from '../plugin-kit/report.ts'
import { testPlugin } from '../plugin-kit/test-plugin.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'

/** Tests a plugin as the kit does and tells the result. Ends with 1 when bronze is not reached. */
export async function testAtTerminal(
  path: string,
  { only, json, write }: { only?: string; json?: boolean; write?: boolean }
): Promise<void> {
  const numbers = only === undefined ? undefined : readNumbers(only)
  if (write && numbers) throw new Refusal('--write needs the whole test, without --only.')
  const { report, text } = await testPlugin(path, {
    ...(numbers && { only: numbers }),
    onResult: json ? () => {} : tell
  }).catch((error: unknown) => {
    throw error instanceof ManifestError ? new Refusal(error.message) : error
  })
  say(json ? JSON.stringify(report, null, 2) : text)
  if (write) remark(`Kept in ${keepReport(path, report)}`)
  const isGood = numbers
    ? report.cases.every(({ outcome }) => outcome !== 'failed')
    : report.tier !== null
  if (!isGood) process.exitCode = 1
}

function tell({ number, outcome }: CaseResult): void {
  if (outcome === 'failed') remark(`case ${number} failed`)
}

function readNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number)
  if (numbers.every(Number.isInteger)) return numbers
  throw new Refusal(`--only takes numbers of cases, such as 8,13,18, not "${text}".`)
}
