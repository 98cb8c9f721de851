import { textOf, type Loose } from '../parse/loose.ts'
import type { Question } from './ask.ts'
import { fine, isTokenRefused, say, unanswered, type Finding } from './finding.ts'
import type { WhatsAppSettings } from './settings.ts'

export interface NumberLook {
  finding: Finding
  /** As Meta writes it, such as `+62 811-9000-1122`; empty when it is not told. */
  address: string
  name: string
}

const fields = [
  ...['display_phone_number', 'verified_name', 'code_verification_status'],
  ...['platform_type', 'status', 'quality_rating']
].join(',')

/** Whether the number can be read with this token, and whether it is registered and in good standing. */
export async function lookAtNumber(
  ask: Question,
  { phoneNumberId }: WhatsAppSettings
): Promise<NumberLook> {
  const answer = await ask(encodeURIComponent(phoneNumberId), { fields })
  const none = { address: '', name: '' }
  const nothing = unanswered(answer)
  if (nothing) return { ...none, finding: nothing }
  if (isTokenRefused(answer)) return { ...none, finding: noToken }
  if (answer.state !== 'told') return { ...none, finding: unknown }
  const address = textOf(answer.body['display_phone_number'])
  const name = textOf(answer.body['verified_name'])
  return { address, name, finding: findingOf(answer.body, [address, name]) }
}

function findingOf(facts: Loose, told: string[]): Finding {
  const text = told.filter(Boolean).join(' · ')
  const detail = say(text, text)
  const status = textOf(facts['status']).toUpperCase()
  const platform = textOf(facts['platform_type']).toUpperCase()
  if (['BANNED', 'RESTRICTED'].includes(status)) return { ...banned, detail }
  const isRegistered = platform === '' || platform === 'CLOUD_API'
  if (!isRegistered || unready.has(status)) return { ...unregistered, detail }
  const isLow = status === 'FLAGGED' || textOf(facts['quality_rating']).toUpperCase() === 'RED'
  return isLow ? { ...low, detail } : fine(detail)
}

const unready = new Set(['PENDING', 'OFFLINE', 'DISCONNECTED', 'DELETED', 'MIGRATED', 'UNVERIFIED'])

const noToken: Finding = {
  state: 'failed',
  field: 'accessToken',
  detail: say(
    'Without a good token it cannot be read.',
    'Tanpa token yang benar, nomor tidak terbaca.'
  )
}

const unknown: Finding = {
  state: 'failed',
  field: 'phoneNumberId',
  detail: say(
    'Meta does not know this ID, or the token may not read it.',
    'Meta tidak mengenal ID ini, atau token tidak boleh membacanya.'
  ),
  remedy: say(
    'Copy the “Phone number ID” from WhatsApp → API Setup (not the number itself), and give the system user the WhatsApp account.',
    'Salin “Phone number ID” dari WhatsApp → API Setup (bukan nomornya), dan beri pengguna sistem akses ke akun WhatsApp.'
  )
}

const unregistered: Finding = {
  state: 'failed',
  field: 'phoneNumberId',
  remedy: say(
    'The number is not registered with the Cloud API yet: WhatsApp Manager → Phone numbers → Settings, then register it with a PIN.',
    'Nomor belum terdaftar di Cloud API: WhatsApp Manager → Phone numbers → Settings, lalu daftarkan dengan PIN.'
  )
}

const banned: Finding = {
  state: 'failed',
  remedy: say(
    'Meta has blocked this number. WhatsApp Manager → Account quality says why and takes an appeal.',
    'Meta memblokir nomor ini. Alasan dan banding ada di WhatsApp Manager → Account quality.'
  )
}

const low: Finding = {
  state: 'warning',
  remedy: say(
    'People have reported messages of this number. Write only to those who expect it, else Meta limits it.',
    'Pesan dari nomor ini dilaporkan penerima. Kirim hanya ke yang mengharapkannya; kalau tidak, Meta membatasinya.'
  )
}
