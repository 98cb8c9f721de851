import type { InboundEvent } from 'sapa/plugin-api'
import type { Change } from './index.ts'
import { contentOf } from './content.ts'
import { textOf, type Loose } from './loose.ts'
import { timeOf, whole } from './message.ts'
import { complete, personOf, phoneOf } from './person.ts'

/** What the business wrote in its WhatsApp Business app: an answer that has gone out already. */
export function readEcho(echo: Loose, { contacts, userId }: Change): InboundEvent[] {
  const remoteId = textOf(echo['id'])
  if (remoteId === '') throw new Error('The echo has no id')
  const to = { userId: textOf(echo['to_user_id']) || userId, phone: phoneOf(echo['to']) }
  const person = personOf(complete(to, contacts))
  if (!person) throw new Error('The echo went to nobody')
  const base = { key: `e:${remoteId}`, at: timeOf(echo) }
  const changed = changeOf(echo)
  if (changed) return [{ ...base, ...changed } as InboundEvent]
  const content = contentOf(echo) ?? { text: `[${textOf(echo['type'])}]` }
  const { identities: others, threadKey } = person
  const { hints: _, ...said } = whole(echo, content)
  const message = { ...base, remoteId, from: [], others, threadKey, ...said }
  return [{ ...message, type: 'message', origin: 'business' }]
}

/** Edited or taken back on the phone. */
function changeOf(echo: Loose): object | null {
  const type = textOf(echo['type'])
  const part = (echo[type] ?? {}) as Loose
  const remoteId = textOf(part['original_message_id'])
  if (type === 'revoke' && remoteId) return { type: 'deletion', remoteId }
  if (type !== 'edit' || !remoteId) return null
  return { type, remoteId, text: contentOf((part['message'] ?? {}) as Loose)?.text ?? '' }
}
