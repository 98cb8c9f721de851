export type Outcome = 'ok' | 'error' | 'too slow' | 'resting'

/**
 * One line per call for authors, with `SAPA_TRACE=hooks npm run dev`: when, whose, which entry, how
 * long, how it ended. Never what was passed, and of an error only its class.
 */
export function printCall(
  plugin: string,
  entry: string,
  ms: number,
  outcome: Outcome,
  error?: unknown
): void {
  const at = new Date().toISOString().slice(11, 23)
  const took = `${ms.toFixed(2)} ms`.padStart(12)
  const name = outcome === 'error' && error instanceof Error ? ` ${error.name}` : ''
  process.stderr.write(
    `${at}  ${plugin.padEnd(16)} ${entry.padEnd(36)} ${took}  ${outcome}${name}\n`
  )
}
