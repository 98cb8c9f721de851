import { patienceMs } from './patience.ts'

export interface Patience {
  deadlineMs?: number
  everyMs?: number
  /** Named in the error, as in "never saw the second copy in Sent". */
  what?: string
}

/** Asks again and again until the answer is truthy, and returns it; fails when the deadline passes. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = patienceMs, everyMs = 20, what = condition.toString() }: Patience = {}
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const answer = await condition()
    if (answer) return answer as Exclude<T, false | 0 | '' | null | undefined>
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}
