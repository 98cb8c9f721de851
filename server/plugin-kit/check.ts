/** A broken promise of the channel, in words for its author. */
export class Failed extends Error {}

/** Why a case says nothing about this channel. */
export interface Skip {
  outcome: 'not applicable' | 'not checked'
  reason: string
}

export const notChecked = (reason: string): Skip => ({ outcome: 'not checked', reason })
export const notApplicable = (reason: string): Skip => ({ outcome: 'not applicable', reason })

export function expect(isTrue: unknown, otherwise: string): asserts isTrue {
  if (!isTrue) throw new Failed(otherwise)
}

/** `found` and `wanted` as JSON are the same. */
export function expectSame(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  expect(a === b, `${what} is ${short(a)} instead of ${short(b)}`)
}

const short = (text: string | undefined) => (text ?? 'nothing').slice(0, 200)

/** Milliseconds. What a busy machine takes beyond them is not the channel's. */
const mostPerTurn = 50

/** Asks again and again until the answer is truthy. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { ms = 20_000, between = () => {} }: { ms?: number; between?: (waitedMs: number) => void } = {}
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  let waited = 0
  let last = Date.now()
  for (;;) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, false | 0 | '' | null | undefined>
    waited += Math.min(Date.now() - last, mostPerTurn)
    last = Date.now()
    expect(waited < ms, `${what}: not within ${ms / 1000} s`)
    between(waited)
    await pause(10)
  }
}

/** Real milliseconds. */
export const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** What `work` ended with, or null when it took longer. */
export async function endOf(
  work: Promise<unknown>,
  ms: number
): Promise<{ error?: unknown } | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => (timer = setTimeout(resolve, ms, null)))
  const ended = work.then(
    () => ({}),
    (error: unknown) => ({ error })
  )
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
