/** How many works hold the watchdog back just now; its thread reads it. */
export const pauses = new Int32Array(new SharedArrayBuffer(4))

/**
 * Runs work that may rightly keep the whole process for minutes, such as VACUUM or a migration: until
 * it ends, a server that stands still is not taken for a hanging plugin.
 */
export function pauseWatchdog<T>(work: () => T): T {
  Atomics.add(pauses, 0, 1)
  const resume = () => void Atomics.sub(pauses, 0, 1)
  let result: T
  try {
    result = work()
  } catch (error) {
    resume()
    throw error
  }
  if (!(result instanceof Promise)) {
    resume()
    return result
  }
  return result.finally(resume) as T
}
