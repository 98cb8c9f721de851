import type { InboundEvent } from 'sapa/plugin-api'
import type { Widget } from './widget.ts'

/** Puts events into Sapa's journal, once for each key. Rejects when the line is closed. */
export async function ingest(
  { account }: Pick<Widget, 'account'>,
  events: readonly InboundEvent[]
): Promise<void> {
  if (events.length === 0) return
  await account.ingest(
    events.map(event => ({ key: event.key, body: Buffer.from(JSON.stringify(event)) }))
  )
}
