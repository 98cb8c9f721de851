import type { AccountNews, InboundEvent, Text } from 'sapa/plugin-api'
import { kindOf } from '../graph/code.ts'
import type { Change } from './index.ts'
import { objectsOf, readObject, textAt, textOf, type Loose } from './loose.ts'

/** Somebody wrote to a number of the same app that is not connected here. */
export function strangeNumber(change: Change, number: string): AccountNews {
  const shown = textAt(change.value['metadata'], 'display_phone_number') || number
  return news(change, 'notice', {
    en: `Messages to ${shown} arrive here, but this number is not connected. Connect it under Channels.`,
    id: `Pesan untuk ${shown} masuk ke sini, tetapi nomor itu belum terhubung. Hubungkan di Saluran.`
  })
}

/** Errors of the number itself, which stand beside messages and statuses. */
export function readErrors(change: Change): InboundEvent[] {
  return objectsOf(change.value['errors']).map(error => {
    const code = textOf(error['code'])
    const details = detailsOf(error)
    const level = kindOf(code) === 'auth' ? 'problem' : 'notice'
    return news(change, level, {
      en: `WhatsApp reports a problem with this number: ${details} (${code})`,
      id: `WhatsApp melaporkan masalah pada nomor ini: ${details} (${code})`
    })
  })
}

const detailsOf = (error: Loose) =>
  textAt(readObject(error['error_data']), 'details') ||
  textOf(error['message']) ||
  textOf(error['title'])

/** What Meta says of the number or the business. */
export function readAccountField(change: Change): InboundEvent[] {
  const { field, value } = change
  const event = textOf(value['event']) || textAt(value, 'alert_type') || textOf(value['decision'])
  const known = Object.hasOwn(said, event) ? said[event] : undefined
  if (known) return [news(change, known.level, known.text(limitOf(value)))]
  const shown = [field, event].filter(Boolean).join(': ')
  return [
    news(change, 'notice', {
      en: `Meta has changed something about this account (${shown}). See WhatsApp Manager.`,
      id: `Meta mengubah sesuatu pada akun ini (${shown}). Lihat WhatsApp Manager.`
    })
  ]
}

const limitOf = (value: Loose) =>
  textOf(value['current_limit']) || textAt(value, 'max_daily_conversations_per_business') || '–'

interface Saying {
  level: AccountNews['level']
  text(limit: string): Text
}

const say = (level: AccountNews['level'], en: string, id: string): Saying => ({
  level,
  text: limit => ({ en: en.replace('{limit}', limit), id: id.replace('{limit}', limit) })
})

const said: Record<string, Saying> = {
  FLAGGED: say(
    'notice',
    'Customers block or report this number often. Send less advertising, or Meta lowers your limit.',
    'Nomor ini sering diblokir atau dilaporkan pelanggan. Kurangi promosi, atau batas Anda diturunkan Meta.'
  ),
  UNFLAGGED: say(
    'notice',
    'The quality of this number is good again.',
    'Kualitas nomor ini sudah baik kembali.'
  ),
  UPGRADE: say(
    'notice',
    'You may now begin chats with more people a day ({limit}).',
    'Anda kini boleh memulai chat dengan lebih banyak orang per hari ({limit}).'
  ),
  DOWNGRADE: say(
    'notice',
    'You may now begin chats with fewer people a day ({limit}).',
    'Anda kini boleh memulai chat dengan lebih sedikit orang per hari ({limit}).'
  ),
  ONBOARDING: say('notice', 'This number is set up at Meta.', 'Nomor ini sudah disiapkan di Meta.'),
  DISABLED_UPDATE: say(
    'problem',
    'Meta has switched off this WhatsApp account. Ask for a review in WhatsApp Manager.',
    'Meta menonaktifkan akun WhatsApp ini. Minta peninjauan di WhatsApp Manager.'
  ),
  ACCOUNT_DELETED: say(
    'problem',
    'This WhatsApp account was deleted at Meta.',
    'Akun WhatsApp ini sudah dihapus di Meta.'
  ),
  ACCOUNT_RESTRICTION: say(
    'problem',
    'Meta restricts this WhatsApp account. See WhatsApp Manager for how long.',
    'Meta membatasi akun WhatsApp ini. Lihat berapa lama di WhatsApp Manager.'
  ),
  ACCOUNT_VIOLATION: say(
    'notice',
    'Meta says that this account broke a rule. See WhatsApp Manager before it is restricted.',
    'Menurut Meta, akun ini melanggar aturan. Lihat WhatsApp Manager sebelum dibatasi.'
  ),
  REJECTED: say(
    'problem',
    'Meta has rejected this WhatsApp account. See WhatsApp Manager.',
    'Meta menolak akun WhatsApp ini. Lihat WhatsApp Manager.'
  )
}

function news(change: Change, level: AccountNews['level'], text: Text): AccountNews {
  return { type: 'account', key: change.key, at: change.at, level, text }
}
