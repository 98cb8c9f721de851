import { titleOf } from './error.ts'
import type { Phone, Taken, World } from './world.ts'

type Part = Record<string, unknown>

export interface Writer {
  /** Digits; left out for people with a user name. */
  phone?: string
  userId?: string
  name: string
}

/** A call with these changes, of any mix. */
export function envelope(world: World, changes: Part[], waba?: string): Part {
  const id = waba ?? world.phones[0]?.waba
  return { object: 'whatsapp_business_account', entry: [{ id, changes }] }
}

/** What customers have written to a number. */
export function messages(phone: Phone, writer: Writer, list: Part[]): Part {
  const { phone: wa_id, userId: user_id, name } = writer
  const contact = { profile: { name }, ...(wa_id && { wa_id }), ...(user_id && { user_id }) }
  return change(phone, { contacts: [contact], messages: list })
}

/** One message; `more` is what its type holds. */
export function message(
  world: World,
  writer: Writer,
  more: Part & { type: string; id?: string; at?: number }
): Part {
  const { at = world.now(), id = `wamid.MASUK${++world.count}`, ...rest } = more
  world.written.add(id)
  return {
    ...(writer.phone && { from: writer.phone }),
    ...(writer.userId && { from_user_id: writer.userId }),
    ...{ id, timestamp: String(Math.floor(at / 1000)), ...rest }
  }
}

export const textOf = (body: string) => ({ type: 'text', text: { body } })

/** How far a message of the business has come. */
export function status(
  world: World,
  taken: Pick<Taken, 'id' | 'to' | 'body'>,
  word: string,
  more: { code?: number; details?: string; at?: number } = {}
): Part {
  const { code, details, at = world.now() } = more
  const ref = taken.body['biz_opaque_callback_data']
  const isNumber = /^\d+$/.test(taken.to)
  const error = code !== undefined && {
    ...{ code, title: titleOf(code), message: titleOf(code) },
    error_data: { details: details ?? titleOf(code) }
  }
  return {
    ...{ id: taken.id, status: word, timestamp: String(Math.floor(at / 1000)) },
    ...(isNumber ? { recipient_id: taken.to } : { recipient_user_id: taken.to }),
    ...(ref !== undefined && { biz_opaque_callback_data: ref }),
    ...(error && { errors: [error] })
  }
}

export const statuses = (phone: Phone, list: Part[]): Part => change(phone, { statuses: list })

/** A change of any field. */
export function change(phone: Phone, value: Part, field = 'messages'): Part {
  const metadata = { display_phone_number: phone.number, phone_number_id: phone.id }
  return { field, value: { messaging_product: 'whatsapp', metadata, ...value } }
}
