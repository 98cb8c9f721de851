import { objectsOf, readObject, textAt, textOf } from '../parse/loose.ts'
import type { Question } from './ask.ts'
import { fine, isTokenRefused, say, unanswered, type Finding } from './finding.ts'
import type { WhatsAppSettings } from './settings.ts'

/** Whether the WhatsApp Business account can be read, and whether the number is one of its own. */
export async function lookAtWaba(
  ask: Question,
  { wabaId, phoneNumberId }: WhatsAppSettings
): Promise<Finding> {
  const path = encodeURIComponent(wabaId)
  const [account, numbers] = await Promise.all([
    ask(path, { fields: 'id,name' }),
    ask(`${path}/phone_numbers`, { fields: 'id', limit: '100' })
  ])
  const nothing = unanswered(account)
  if (nothing) return nothing
  if (isTokenRefused(account)) return noToken
  if (account.state !== 'told') return unknown
  const name = textOf(account.body['name'])
  if (numbers.state !== 'told') return fine(say(name, name))
  const hasMore = textAt(numbers.body['paging'], 'next') !== ''
  const ids = objectsOf(numbers.body['data']).map(one => textOf(one['id']))
  return hasMore || ids.includes(phoneNumberId) ? fine(say(name, name)) : foreign
}

/** Whether Meta tells this app of what happens in the account. */
export async function lookAtSubscription(
  ask: Question,
  { wabaId }: WhatsAppSettings,
  appId: string
): Promise<Finding> {
  const answer = await ask(`${encodeURIComponent(wabaId)}/subscribed_apps`)
  const nothing = unanswered(answer)
  if (nothing) return nothing
  if (isTokenRefused(answer)) return noToken
  if (answer.state !== 'told') return unknown
  const apps = objectsOf(answer.body['data']).map(one =>
    readObject(one['whatsapp_business_api_data'])
  )
  const own = apps.find(app => appId === '' || textOf(app['id']) === appId)
  if (!own) return unsubscribed
  const name = textOf(own['name'])
  return fine(name === '' ? undefined : say(name, name))
}

const noToken: Finding = {
  state: 'failed',
  field: 'accessToken',
  detail: say(
    'Without a good token it cannot be read.',
    'Tanpa token yang benar, akun tidak terbaca.'
  )
}

const unknown: Finding = {
  state: 'failed',
  field: 'wabaId',
  detail: say(
    'Meta does not know this ID, or the token may not read it.',
    'Meta tidak mengenal ID ini, atau token tidak boleh membacanya.'
  ),
  remedy: say(
    'Copy the “WhatsApp Business Account ID” from WhatsApp → API Setup, and give the system user this account.',
    'Salin “WhatsApp Business Account ID” dari WhatsApp → API Setup, dan beri pengguna sistem akses ke akun ini.'
  )
}

const foreign: Finding = {
  state: 'failed',
  field: 'wabaId',
  detail: say(
    'The phone number ID belongs to another account than this one.',
    'ID nomor telepon ini milik akun lain.'
  ),
  remedy: say(
    'Copy both IDs from the same page: WhatsApp → API Setup.',
    'Salin kedua ID dari halaman yang sama: WhatsApp → API Setup.'
  )
}

const unsubscribed: Finding = {
  state: 'failed',
  detail: say(
    'The app is not subscribed to this WhatsApp account: no message arrives.',
    'Aplikasi belum berlangganan akun WhatsApp ini: tidak ada pesan yang masuk.'
  ),
  remedy: say(
    'Run the command “Subscribe the app” of the guide once, then check again.',
    'Jalankan sekali perintah “Langganan aplikasi” di panduan, lalu periksa lagi.'
  )
}
