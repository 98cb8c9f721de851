import { ManifestError } from '../plugin-host/manifest.ts'
import { keepReport } from '../plugin-kit/kept.ts'
import { placeOf, specOf } from '../plugin-kit/place.ts'
import type { CaseResult } from '../plugin-kit/report.ts'
import { testPlugin } from '../plugin-kit/test-plugin.ts'
import { runnable, runOwnTests } from './plugin-copy.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'

export interface TestOptions {
  only?: string
  json?: boolean
  write?: boolean
}

/**
 * Runs the plugin's own tests, and the kit for a channel that describes its provider. Ends with 1
 * when a test failed or bronze is not reached.
 */
export async function testAtTerminal(path: string, options: TestOptions): Promise<void> {
  const { folder, remove } = await runnable(path).catch(inWords)
  try {
    const { only, json } = options
    const own = only === undefined && !json ? await runOwnTests(folder) : null
    const hasSpec = await Promise.resolve()
      .then(() => specOf(placeOf(folder)))
      .catch(inWords)
    if (!hasSpec && own === null) throw new Refusal('There is nothing in test/ to run.')
    if (own === false) process.exitCode = 1
    if (hasSpec) await runKit(path, folder, options)
  } finally {
    remove()
  }
}

async function runKit(path: string, folder: string, { only, json, write }: TestOptions) {
  const numbers = only === undefined ? undefined : readNumbers(only)
  if (write && numbers) throw new Refusal('--write needs the whole test, without --only.')
  const { report, text } = await testPlugin(folder, {
    ...(numbers && { only: numbers }),
    onResult: json ? () => {} : tell
  }).catch(inWords)
  say(json ? JSON.stringify(report, null, 2) : text)
  if (write) remark(`Kept in ${keepReport(path, report)}`)
  const isGood = numbers
    ? report.cases.every(({ outcome }) => outcome !== 'failed')
    : report.tier !== null
  if (!isGood) process.exitCode = 1
}

/** What is wrong with the plugin, as a sentence for its author. */
function inWords(error: unknown): never {
  if (error instanceof ManifestError) throw new Refusal(error.message)
  throw error
}

function tell({ number, outcome }: CaseResult): void {
  if (outcome === 'failed') remark(`case ${number} failed`)
}

function readNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number)
  if (numbers.every(Number.isInteger)) return numbers
  throw new Refusal(`--only takes numbers of cases, such as 8,13,18, not "${text}".`)
}
