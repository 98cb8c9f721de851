/** Waits for `promise`, but no longer than `ms`. Tells whether it ended in time; a rejection is an end. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => (timer = setTimeout(resolve, ms, false)))
  const ended = promise.then(
    () => true,
    () => true
  )
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
