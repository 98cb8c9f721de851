import type { Test } from 'tap'
import { hangMs } from './patience.ts'

const step = 10
/** A square would be `step` times as far off; in between there is room for a machine that is busy now and then. */
const mostGrowth = step * 3
const negligibleMs = 100

/**
 * Processor time must grow with the size, not with its square. Both sizes are measured in turns and the
 * best counts, so that it holds on a slow and busy machine; how fast it is, a bench says.
 */
export function checkGrowth(t: Test, size: number, work: (size: number) => unknown): void {
  let [small, large] = [Infinity, Infinity]
  const isFine = () => large < negligibleMs || large < small * mostGrowth
  for (let tries = 0; tries < 5 && !isFine(); tries += 1) {
    for (let again = 0; again < 3; again += 1)
      small = Math.min(
        small,
        cpuOf(() => work(size / step))
      )
    large = Math.min(
      large,
      cpuOf(() => work(size))
    )
    if (large > hangMs) break
  }
  t.ok(isFine(), `grows with the size, not with its square: ${small} ms, then ${large} ms`)
  t.ok(large < hangMs, `ends: ${large} ms`)
}

/** Milliseconds of processor time: other work of the machine does not count. */
export function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
