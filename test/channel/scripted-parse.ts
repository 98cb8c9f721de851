import type { RawItem } from '../../server/plugin-api/account.ts'
import type { InboundEvent } from '../../server/plugin-api/event.ts'

/** Reads events from JSON; some bodies do to their reader what hostile mails do to real parsers. */
export function parse(raw: RawItem): InboundEvent[] {
  const text = Buffer.from(raw.body).toString()
  if (text === 'throw') throw new Error('Tidak terbaca')
  if (text === 'hang') for (;;);
  if (text === 'exit') process.exit(1)
  if (text === 'kill') process.kill(process.pid, 'SIGKILL')
  const events = JSON.parse(text) as InboundEvent[]
  return events.map(event => (event.type === 'message' ? withBytes(event) : event))
}

/** JSON has no bytes: `content` comes as text. */
function withBytes(event: Extract<InboundEvent, { type: 'message' }>): InboundEvent {
  if (!event.attachments) return event
  const attachments = event.attachments.map(file =>
    typeof file.content === 'string'
      ? { ...file, content: Buffer.from(file.content as string) }
      : file
  )
  return { ...event, attachments }
}
