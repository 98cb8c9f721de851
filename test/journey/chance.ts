import type { Test } from 'tap'

export interface Chance {
  /** From 0 up to, not including, `most`. */
  below(most: number): number
  pick<T>(from: readonly T[]): T
}

/** Random, and the same again with `SAPA_SEED`; the seed is in the test's output. */
export function chance(t: Test): Chance {
  const seed = Number(process.env['SAPA_SEED'] ?? Date.now() % 1_000_000)
  t.comment(`SAPA_SEED=${seed}`)
  let state = seed
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (most: number) => Math.floor(next() * most)
  return { below, pick: from => from[below(from.length)]! }
}
