import type { AccountFacts, InboundEvent, RawItem } from 'sapa/plugin-api'
import { readEcho } from './echo.ts'
import { isObject, objectsOf, readObject, textAt, textOf, type Loose } from './loose.ts'
import { readMessage } from './message.ts'
import { readAccountField, readErrors, strangeNumber } from './news.ts'
import { readPreference } from './preference.ts'
import { readStatus } from './status.ts'
import { readTemplateField } from './template.ts'
import { readUserUpdate } from './user-update.ts'

/** One change of Meta's envelope, and what all of its parts share. */
export interface Change {
  field: string
  value: Loose
  contacts: Loose[]
  /** Seconds of the envelope as milliseconds; 0 without. */
  at: number
  /** Key of the raw item: what has no id of its own is known by it. */
  key: string
  /** Of the person that an echo went to, where only the number is told. */
  userId: string
}

/** Pure: an item is one part of a call, in Meta's own envelope. Throws where it makes no sense. */
export function parse(raw: RawItem, account: AccountFacts): InboundEvent[] {
  const call: unknown = JSON.parse(new TextDecoder().decode(raw.body))
  if (!isObject(call)) throw new Error('This is no call of Meta')
  if (call['object'] !== 'whatsapp_business_account') return []
  return objectsOf(call['entry']).flatMap(entry =>
    objectsOf(entry['changes']).flatMap(change => {
      const value = readObject(change['value'])
      const field = textOf(change['field'])
      const userId = raw.headers?.['user-id'] ?? ''
      const contacts = objectsOf(value['contacts'])
      const at = Number(textOf(entry['time']) || 0) * 1000
      return readChange({ field, value, contacts, at, key: raw.key, userId }, account)
    })
  )
}

function readChange(change: Change, account: AccountFacts): InboundEvent[] {
  const { field, value } = change
  const number = textAt(value['metadata'], 'phone_number_id')
  if (number !== '' && number !== account.settings['phoneNumberId']) {
    return [strangeNumber(change, number)]
  }
  const read = fields[field]
  return read ? read(change, account) : []
}

type Read = (change: Change, account: AccountFacts) => InboundEvent[]

/** What is not in here is kept raw, and says nothing. */
const fields: Record<string, Read> = {
  messages: change => [
    ...all(change, 'messages', readMessage),
    ...all(change, 'statuses', readStatus),
    ...readErrors(change)
  ],
  smb_message_echoes: change => all(change, 'message_echoes', readEcho),
  user_id_update: change => all(change, 'user_id_update', readUserUpdate),
  user_preferences: change => all(change, 'user_preferences', readPreference),
  message_template_status_update: readTemplateField,
  phone_number_quality_update: readAccountField,
  account_update: readAccountField,
  account_alerts: readAccountField,
  account_review_update: readAccountField,
  business_capability_update: readAccountField
}

function all(
  change: Change,
  name: string,
  read: (one: Loose, change: Change) => InboundEvent[]
): InboundEvent[] {
  const list = change.value[name]
  if (!Array.isArray(list)) return []
  return list.flatMap((one: unknown) => {
    if (!isObject(one)) throw new Error(`An entry of ${name} is no object`)
    return read(one, change)
  })
}
