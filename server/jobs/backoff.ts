/** Wait before the next attempt: 5 s, 20 s, 80 s … at most 1 h, give or take a fifth. */
export function backoff(attempts: number, random: () => number = Math.random): number {
  const wait = Math.min(5_000 * 4 ** (attempts - 1), 3_600_000)
  return Math.round(wait * (0.8 + 0.4 * random()))
}
