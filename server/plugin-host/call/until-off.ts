/** Waits for a plugin's answer only while it runs: whoever asked does not wait for its time limit. */
export async function untilOff<T>(answer: PromiseLike<T> | T, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const ended = new Promise<never>((_, refuse) => {
    stop = () => refuse(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([answer, ended])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
