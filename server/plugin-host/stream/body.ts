import type { Dispose } from '../../plugin-api/plugin.ts'
import type { EventStream } from '../../plugin-api/stream.ts'

/** What a route has answered: a stream that has not begun. Both calls run as the plugin. */
export interface Streaming {
  begin(stream: EventStream): Promise<Dispose | void>
  /** Calls something of the plugin's; never throws. */
  call(work: () => unknown): void
  /** Aborted when the plugin is switched off. */
  off: AbortSignal
}

/** In the place of a reply's body. */
export class StreamBody {
  readonly streaming: Streaming

  constructor(streaming: Streaming) {
    this.streaming = streaming
  }
}
