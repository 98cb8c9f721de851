import type { App } from '../../web/app.ts'
import { Streams } from '../stream/streams.ts'

/** Requests being answered and streams. They are told when the server ends: a long poll would hold that up. */
export interface OpenRequests {
  waiting: Set<AbortController>
  streams: Streams
}

export function openRequests(app: App): OpenRequests {
  const open = { waiting: new Set<AbortController>(), streams: new Streams() }
  app.addHook('preClose', async () => {
    for (const stop of open.waiting) stop.abort()
    open.streams.endAll()
  })
  return open
}
