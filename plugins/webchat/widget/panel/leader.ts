import type { ChatEvent } from '../../wire.ts'

interface Part {
  /** This tab holds the stream until the signal; what it hears it shares. */
  lead(turn: AbortSignal, share: (event: ChatEvent) => void): Promise<void>
  /** Another tab heard this. */
  event(event: ChatEvent): void
  /** Another tab leads. */
  follow(): void
}

/** One stream for all tabs: the one that is looked at takes it over. Where there are no locks, each has its own. */
export function lead(name: string, signal: AbortSignal, part: Part): void {
  const channel = openChannel(name)
  const share = (event: ChatEvent) => {
    if (!signal.aborted) channel?.postMessage(event)
  }
  channel?.addEventListener('message', ({ data }) => part.event(data as ChatEvent))
  signal.addEventListener('abort', () => channel?.close())
  // Browsers hide locks on pages without https, and refuse them where storage is closed to frames.
  if (!channel || !('locks' in navigator)) return void part.lead(signal, share)

  let turn = new AbortController()
  let isLeading = false
  const ask = async (steal: boolean): Promise<void> => {
    turn.abort()
    const mine = (turn = new AbortController())
    const until = AbortSignal.any([mine.signal, signal])
    try {
      await navigator.locks.request(name, steal ? { steal } : { signal: until }, () => {
        isLeading = true
        return part.lead(until, share)
      })
    } catch (error) {
      if (until.aborted) return
      mine.abort()
      const isRefused = error instanceof DOMException && error.name === 'SecurityError'
      isLeading = isRefused
      if (isRefused) await part.lead(signal, share)
      else await ask(false)
    }
  }
  const isSeen = () => document.visibilityState === 'visible'
  void ask(isSeen())
  setTimeout(() => !isLeading && !signal.aborted && part.follow(), 1000)
  document.addEventListener('visibilitychange', () => void (isSeen() && !isLeading && ask(true)), {
    signal
  })
}

function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}
