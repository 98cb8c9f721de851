/** Doubles from `first` to `most` with the number of failures, give or take a fifth. */
export function backoff(
  failures: number,
  first: number,
  most: number,
  random: () => number
): number {
  return jitter(Math.min(most, first * 2 ** Math.max(0, failures - 1)), random)
}

/** Accounts that fell together must not come back together. */
export function jitter(ms: number, random: () => number): number {
  return Math.round(ms * (0.8 + 0.4 * random()))
}
