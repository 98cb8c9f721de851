import { readObject, textOf, type Loose } from '../parse/loose.ts'
import type { Question } from './ask.ts'
import { fine, isTokenRefused, say, unanswered, type Finding } from './finding.ts'
import type { WhatsAppSettings } from './settings.ts'
import { moment } from './when.ts'

export interface TokenLook {
  finding: Finding
  /** Of the app that the token belongs to; empty when Meta does not say. */
  appId: string
  /** Unix ms; null: never, or not told. */
  endsAt: number | null
  isRefused: boolean
}

const dayMs = 24 * 60 * 60_000
/** So long before its end an owner is told. */
export const noticeMs = 7 * dayMs
const needed = ['whatsapp_business_messaging', 'whatsapp_business_management']

/** Whether Meta takes the access token, what it may do, of which kind it is and when it ends. */
export async function lookAtToken(
  ask: Question,
  { accessToken }: WhatsAppSettings,
  timeZone: string,
  now: number
): Promise<TokenLook> {
  const answer = await ask('debug_token', { input_token: accessToken })
  const none = { appId: '', endsAt: null, isRefused: false }
  const nothing = unanswered(answer)
  if (nothing) return { ...none, finding: nothing }
  if (isTokenRefused(answer)) return { ...none, finding: refused, isRefused: true }
  // Meta tells only some tokens about themselves; that it was asked politely proves it is let in.
  if (answer.state !== 'told') return { ...none, finding: untold }
  const facts = readObject(answer.body['data'])
  const appId = textOf(facts['app_id'])
  if (facts['is_valid'] === false) return { ...none, appId, finding: refused, isRefused: true }
  const seconds = Number(textOf(facts['expires_at']))
  const endsAt = seconds > 0 ? seconds * 1000 : null
  return { appId, endsAt, isRefused: false, finding: findingOf(facts, endsAt, timeZone, now) }
}

function findingOf(facts: Loose, endsAt: number | null, timeZone: string, now: number): Finding {
  const { scopes } = facts
  const missing = Array.isArray(scopes) ? needed.filter(scope => !scopes.includes(scope)) : []
  if (missing.length > 0) return without(missing)
  const isSystem = textOf(facts['type']) === 'SYSTEM_USER'
  if (endsAt === null) return fine(isSystem ? lasting : unending)
  const { en, id } = moment(endsAt, timeZone)
  if (!isSystem && endsAt - now < 2 * dayMs) {
    return {
      ...{ state: 'warning', field: 'accessToken', remedy: makeLasting },
      detail: say(`A temporary token, it ends on ${en}.`, `Token sementara, berakhir ${id}.`)
    }
  }
  const detail = say(`Ends on ${en}.`, `Berakhir ${id}.`)
  if (endsAt - now > noticeMs) return fine(detail)
  return { state: 'warning', field: 'accessToken', detail, remedy: renew }
}

const lasting = say(
  'A token of a system user, without an end.',
  'Token pengguna sistem, tanpa batas waktu.'
)
const unending = say('A token without an end.', 'Token tanpa batas waktu.')

const makeLasting = say(
  'Make a lasting one: Business settings → System users → Generate token, with both WhatsApp permissions.',
  'Buat yang permanen: Business settings → System users → Generate token, dengan kedua izin WhatsApp.'
)
const renew = say(
  'Make a new one in Business settings → System users, and save it here before that.',
  'Buat yang baru di Business settings → System users, lalu simpan di sini sebelum itu.'
)

const refused: Finding = {
  state: 'failed',
  field: 'accessToken',
  detail: say(
    'Meta refuses the token: it has ended, was taken back or is not complete.',
    'Meta menolak token: sudah berakhir, dicabut, atau tidak lengkap.'
  ),
  remedy: makeLasting
}

const untold: Finding = {
  state: 'warning',
  detail: say(
    'Meta does not say of which kind it is and when it ends.',
    'Meta tidak menyebutkan jenis token dan kapan berakhir.'
  )
}

const without = (missing: string[]): Finding => ({
  state: 'failed',
  field: 'accessToken',
  detail: say(
    `The token lacks a permission: ${missing.join(', ')}.`,
    `Token belum punya izin: ${missing.join(', ')}.`
  ),
  remedy: say(
    'Make a new token for the system user and tick both WhatsApp permissions.',
    'Buat token baru untuk pengguna sistem dan centang kedua izin WhatsApp.'
  )
})
