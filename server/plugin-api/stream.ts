/**
 * A stream of server-sent events. The host writes the headers and a sign of life every 20 s, cuts off who
 * reads too slowly, and ends the stream when Sapa stops or the plugin is switched off; browsers come back
 * by themselves, with the id of the last event in `Last-Event-ID`.
 */
export interface EventStream {
  /** Data that is no text is sent as JSON. False: nobody is there any more. */
  send(event: { id?: string; name?: string; data: string | object }): boolean
  /** Ends it from our side. */
  end(): void
  /** Aborted when it has ended, whoever ended it. */
  readonly signal: AbortSignal
}
