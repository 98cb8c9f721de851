import type { ImapFlow } from 'imapflow'
import type { Line } from './line.ts'

/**
 * Lets the server push. Ends when it announced mail, went away, or the time is up; another command on the
 * same connection interrupts IDLE only for itself.
 */
export async function waitForNews(
  line: Line,
  client: ImapFlow,
  ms: number,
  signal: AbortSignal
): Promise<void> {
  let end = () => {}
  const ended = new Promise<void>(resolve => (end = resolve))
  let isOver = false
  void ended.then(() => (isOver = true))

  const timer = setTimeout(end, ms)
  client.once('close', end)
  client.once('exists', end)
  signal.addEventListener('abort', end, { once: true })
  try {
    if (line.hasNews || signal.aborted || !client.usable) return
    void keepIdling(client, () => isOver)
    await ended
  } finally {
    isOver = true
    clearTimeout(timer)
    client.off('close', end)
    client.off('exists', end)
    signal.removeEventListener('abort', end)
  }
}

async function keepIdling(client: ImapFlow, isOver: () => boolean): Promise<void> {
  while (!isOver() && client.usable) {
    // A server that refuses IDLE answers at once: then the timer of the caller does the polling.
    const isRefused = await client.idle().then(
      result => result === false,
      () => true
    )
    if (isRefused) return
  }
}
