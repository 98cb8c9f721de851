import { Wrong } from './error.ts'
import type { Answered, Asked, Phone, World } from './world.ts'

interface Question {
  asked: Asked
  path: string[]
  token: string
  phone: Phone | undefined
}

/** What an owner's set-up is looked at by. Null: no question of this kind. */
export function readAccount(
  world: World,
  { asked, path, token, phone }: Question
): Answered | null {
  const [id = '', edge = ''] = path
  const { method, query } = asked
  if (id === 'debug_token' && method === 'GET') return debugToken(world, query['input_token'] ?? '')
  if (phone && edge === '' && method === 'GET') return { json: picked(phoneFields(phone), query) }
  const own = world.phones.filter(one => one.waba === id && one.token === token)
  if (own.length === 0) return null
  if (edge === '' && method === 'GET') {
    return { json: picked({ id, name: own[0]?.name, currency: 'IDR', timezone_id: '86' }, query) }
  }
  if (edge === 'phone_numbers' && method === 'GET') {
    return { json: { data: own.map(one => picked(phoneFields(one), query)) } }
  }
  return edge === 'subscribed_apps' ? subscribedApps(world, id, method) : null
}

function subscribedApps(world: World, waba: string, method: string): Answered | null {
  if (method === 'POST') {
    world.subscribed.add(waba)
    return { json: { success: true } }
  }
  if (method === 'DELETE') {
    world.subscribed.delete(waba)
    return { json: { success: true } }
  }
  const app = { id: world.appId, name: 'Sapa Toko Sinar', link: 'https://apps.example/' }
  const data = world.subscribed.has(waba) ? [{ whatsapp_business_api_data: app }] : []
  return method === 'GET' ? { json: { data } } : null
}

function debugToken(world: World, input: string): Answered {
  if (input === '') throw new Wrong(100, 'The parameter input_token is required')
  const known = world.tokens.get(input)
  if (!known) {
    const error = { code: 190, message: 'Malformed access token' }
    return { json: { data: { is_valid: false, error, scopes: [] } } }
  }
  const isValid = known.expiresAt === 0 || known.expiresAt * 1000 > world.now()
  return {
    json: {
      data: {
        ...{ app_id: world.appId, application: 'Sapa Toko Sinar', type: known.type },
        ...{ expires_at: known.expiresAt, data_access_expires_at: 0, is_valid: isValid },
        ...{ scopes: known.scopes, user_id: '122100000000000001' }
      }
    }
  }
}

const phoneFields = (phone: Phone) => ({
  id: phone.id,
  display_phone_number: `+${phone.number}`,
  verified_name: phone.name,
  quality_rating: 'GREEN',
  code_verification_status: 'VERIFIED',
  name_status: 'APPROVED',
  status: phone.status,
  platform_type: 'CLOUD_API',
  messaging_limit_tier: 'TIER_1K',
  throughput: { level: 'STANDARD' }
})

function picked(fields: Record<string, unknown>, query: Record<string, string>): object {
  const asked = query['fields']?.split(',')
  if (!asked) return fields
  const strange = asked.find(name => !(name in fields))
  if (strange) throw new Wrong(100, `Tried accessing nonexisting field (${strange})`)
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name === 'id' || asked.includes(name))
  )
}
