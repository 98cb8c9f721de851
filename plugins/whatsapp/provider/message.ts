import { checkMessage } from './check.ts'
import { Wrong } from './error.ts'
import type { Answered, Asked, Phone, World } from './world.ts'

/** POST /{phone}/messages. */
export function takeMessage(world: World, phone: Phone, { headers, json }: Asked): Answered {
  if (!headers['content-type']?.startsWith('application/json') || !json) {
    throw new Wrong(100, 'The body is no JSON')
  }
  if (json['messaging_product'] !== 'whatsapp') {
    throw new Wrong(100, '(#100) The parameter messaging_product is required.')
  }
  if (phone.status !== 'CONNECTED') throw new Wrong(133010, 'Account not registered')
  if ('status' in json) return mark(world, phone, json)
  checkMessage(world, json)
  const to = String(json['to'] ?? json['recipient'])
  if (to === phone.number) throw new Wrong(131021, 'Sender and recipient are the same')
  const id = `wamid.SAPA${String(++world.count).padStart(8, '0')}${'='.repeat(2)}`
  const taken = { id, phone: phone.id, to, body: json }
  world.taken.push(taken)
  world.onTaken?.(taken)
  const contact = json['to'] ? { input: to, wa_id: to } : { input: to, user_id: to }
  return {
    json: { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id }] }
  }
}

/** Read, and perhaps typing: vanishes after 25 s by itself. */
function mark(world: World, phone: Phone, json: Record<string, unknown>): Answered {
  const { messaging_product: _, status, message_id: id, typing_indicator: typing, ...rest } = json
  if (Object.keys(rest).length > 0) throw new Wrong(100, `Unexpected key ${Object.keys(rest)[0]}`)
  if (status !== 'read') throw new Wrong(100, 'Param status must be one of {READ}')
  if (typeof id !== 'string' || !world.written.has(id)) {
    throw new Wrong(131009, 'Message ID does not exist')
  }
  if (typing !== undefined && (typing as { type?: string }).type !== 'text') {
    throw new Wrong(100, 'Param typing_indicator["type"] must be one of {TEXT}')
  }
  world.marks.push({ phone: phone.id, messageId: id, isTyping: typing !== undefined })
  return { json: { success: true } }
}
