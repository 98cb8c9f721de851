import type { ChatEvent } from '../../wire.ts'
import { refusalOf, withLanguage, type Api } from './api.ts'

const silenceMs = 25_000
const firstByteMs = 15_000

/**
 * One connection until it ends or is cut. `mute`: not a byte came, as behind a proxy that holds
 * everything back until the end, which never comes.
 */
export async function readStream(
  api: Api,
  after: number,
  on: { byte(): void; event(event: ChatEvent): void },
  signal: AbortSignal
): Promise<'ended' | 'mute'> {
  const cut = new AbortController()
  const stop = () => cut.abort()
  let outcome: 'ended' | 'mute' = 'mute'
  let timer = setTimeout(stop, firstByteMs)
  signal.addEventListener('abort', stop)
  try {
    const answer = await fetch(withLanguage('stream'), {
      headers: { ...api.headers(), accept: 'text/event-stream', 'last-event-id': String(after) },
      ...{ credentials: 'omit', cache: 'no-store', signal: cut.signal }
    })
    if (!answer.ok || !answer.body) throw refusalOf(answer.status, await answer.text())
    const heard = () => {
      outcome = 'ended'
      clearTimeout(timer)
      timer = setTimeout(stop, silenceMs)
      on.byte()
    }
    for await (const block of blocksOf(answer.body, heard)) {
      const lines = block.match(/^data: ?.*$/gm)?.map(line => line.replace(/^data: ?/, ''))
      if (lines) on.event(JSON.parse(lines.join('\n')) as ChatEvent)
    }
  } catch (error) {
    if (!cut.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    stop()
  }
  return signal.aborted ? 'ended' : outcome
}

async function* blocksOf(body: ReadableStream<Uint8Array>, heard: () => void) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    heard()
    rest += decoder.decode(value, { stream: true }).replaceAll('\r', '')
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    yield* blocks
  }
}
