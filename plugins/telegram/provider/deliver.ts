import type { Update, UpdateQueue, Webhook } from './queue.ts'

export interface Delivery {
  stop(): void
}

/** Calls the webhook of a bot, one update at a time, until each is taken. */
export function deliver(queue: UpdateQueue, firstWaitMs = 200): Delivery {
  const end = new AbortController()
  let isRunning = false
  let wake = () => {}

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    let wait = firstWaitMs
    while (!end.signal.aborted && queue.webhook && queue.pending.length > 0) {
      const { webhook } = queue
      const update = queue.pending[0]
      if (!update) break
      const seconds = await call(webhook, update)
      if (seconds === null) {
        queue.pending = queue.pending.filter(one => one !== update)
        wait = firstWaitMs
        continue
      }
      const ms = Math.max(wait, Math.min(seconds, 3600) * 1000)
      wait = Math.min(wait * 2, 60_000)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    isRunning = false
  }

  const deaf = queue.onNew(() => void run())
  void run()
  return {
    stop() {
      end.abort()
      deaf()
      wake()
    }
  }
}

/** Null: taken. Else the seconds that the receiver asks for. */
async function call(webhook: Webhook, update: Update): Promise<number | null> {
  const date = Math.floor(Date.now() / 1000)
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      signal: AbortSignal.timeout(10_000),
      headers: {
        'content-type': 'application/json',
        ...(webhook.secret ? { 'x-telegram-bot-api-secret-token': webhook.secret } : {})
      },
      body: JSON.stringify(update)
    })
    await response.arrayBuffer()
    if (response.ok) return null
    const message = `Wrong response from the webhook: ${response.status} ${response.statusText}`
    webhook.lastError = { date, message }
    return Number(response.headers.get('retry-after') ?? 0)
  } catch {
    webhook.lastError = { date, message: 'Connection refused' }
    return 0
  }
}
