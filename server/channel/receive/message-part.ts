import type { StepPayload } from '../../conversation/step/queue.ts'
import type { Caption, Message, MessageHeaders } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'

/** A message of several parts after one of them has come to say something else. */
export interface Retold {
  text: string
  headers?: MessageHeaders
  /** Attachments that came with the part. */
  fileIds: number[]
}

/**
 * What a message says when the part with this remote id says `text`. `whole`: the message has no other parts.
 * Undefined: nobody knows what the part was.
 */
export async function retell(
  db: Db,
  message: Message,
  remoteId: string,
  text: string
): Promise<Retold | 'whole' | undefined> {
  if (message.album_key !== null) return retellAlbum(db, message, remoteId, text)
  if (message.kind !== 'outbound') return 'whole'
  const steps = await db
    .selectFrom('outbox')
    .select(['remote_id', 'payload'])
    .where('message_id', '=', message.id)
    .orderBy('step_index')
    .execute()
  if (steps.length <= 1) return message.remote_id === remoteId ? 'whole' : undefined
  const step = steps.find(row => row.remote_id === remoteId)
  return step && retellStep(message, JSON.parse(step.payload) as StepPayload, text)
}

async function retellAlbum(
  db: Db,
  message: Message,
  remoteId: string,
  text: string
): Promise<Retold> {
  const headers = JSON.parse(message.headers) as MessageHeaders
  const captions = withCaption(headers.captions ?? [], { remoteId, text })
  const files = await db
    .selectFrom('attachment')
    .select('id')
    .where('message_id', '=', message.id)
    .where('part_id', '=', remoteId)
    .execute()
  const fileIds = files.map(file => file.id)
  return { text: textOf(captions), headers: { ...headers, captions }, fileIds }
}

/** What was cut for the provider stands in the text as it was. */
function retellStep(message: Message, step: StepPayload, text: string): Retold | undefined {
  const start = step.text === '' ? -1 : message.text.indexOf(step.text)
  if (start < 0) return undefined
  const rest = message.text.slice(start + step.text.length)
  return { text: `${message.text.slice(0, start)}${text}${rest}`, fileIds: step.attachmentIds }
}

/** The captions of an album after one part has come, or has changed. */
export function withCaption(captions: readonly Caption[], part: Caption): Caption[] {
  const known = captions.some(one => one.remoteId === part.remoteId)
  const all = known
    ? captions.map(one => (one.remoteId === part.remoteId ? part : one))
    : [...captions, part]
  return all.filter(one => one.text !== '')
}

export const textOf = (captions: readonly Caption[]) => captions.map(one => one.text).join('\n\n')
