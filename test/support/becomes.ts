import type { Test } from 'tap'
import { patienceMs } from './patience.ts'

/** Reads again and again until it is what is wanted: a page follows what was done to it in its own time. */
export async function becomes<T>(
  t: Test,
  read: () => Promise<T>,
  wanted: T | RegExp,
  message = `becomes ${String(wanted)}`
): Promise<void> {
  const isWanted = (value: T) =>
    wanted instanceof RegExp ? wanted.test(String(value)) : value === wanted
  const deadline = Date.now() + patienceMs
  let value = await read()
  while (!isWanted(value) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 20))
    value = await read()
  }
  if (wanted instanceof RegExp) t.match(value, wanted, message)
  else t.equal(value, wanted, message)
}
