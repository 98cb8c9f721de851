export type Outcome = 'ok' | 'error' | 'too slow' | 'resting'

/** One line per call for authors: `SAPA_TRACE=hooks npm run dev`. Never what was passed. */
export function printCall(plugin: string, entry: string, ms: number, outcome: Outcome): void {
  process.stderr.write(`${plugin.padEnd(16)} ${entry.padEnd(36)} ${ms.toFixed(2)} ms  ${outcome}\n`)
}
