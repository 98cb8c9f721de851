import type {
  ChannelCapabilities,
  ChannelDefinition,
  ProbeResult,
  ProbeStep,
  SapaContext,
  SettingsValues
} from 'sapa/plugin-api'
import { api } from './api.ts'
import { fault } from './fault.ts'
import { parse } from './parse.ts'
import { openSession } from './session.ts'

const say = (en: string, id: string) => ({ en, id })

export function warungChannel(sapa: SapaContext): ChannelDefinition {
  return {
    type: 'warung',
    label: say('Warung', 'Warung'),
    icon: 'message-circle',
    colorLight: '#3f6212',
    colorDark: '#a3e635',
    identityKinds: ['phone', 'external'],
    settings: {
      shop: {
        type: 'text',
        label: say('Shop', 'Toko'),
        hint: say('As in the app', fault === 'speaks one language' ? ' ' : 'Seperti di aplikasi'),
        required: true
      },
      line: {
        type: 'select',
        label: say('Line', 'Jalur'),
        default: 'webhook',
        options: ['webhook', 'poll'].map(value => ({ value, label: say(value, value) }))
      },
      token: { type: 'secret', label: say('Token', 'Token'), required: true },
      refresh: { type: 'secret', label: say('Renewal token', 'Token pembaruan') },
      key: { type: 'secret', label: say('Signing key', 'Kunci tanda tangan') }
    },
    capabilities: () => capabilities,
    probe: (settings, signal, report) => probe(sapa, settings, signal, report),
    parse,
    open: async account => openSession(sapa, account)
  }
}

const complete: ChannelCapabilities = {
  text: { maxLength: 200, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 1, maxBytes: 100 * 1024 * 1024, withText: true },
  startsBy: ['phone'],
  sendsNotices: false,
  receipts: { delivered: true, read: true },
  tellsBegin: true,
  isIdempotent: true,
  rate: { perMinute: 60_000, parallel: 8 },
  undoSeconds: 5
}

const { undoSeconds: _, ...lacking } = complete
const capabilities =
  fault === 'says too little of itself' ? (lacking as ChannelCapabilities) : complete

async function probe(
  sapa: SapaContext,
  settings: SettingsValues,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<ProbeResult> {
  const { call } = api(sapa, sapa.fetch, () => String(settings.token))
  try {
    const me = await call('GET', '/me', { signal })
    const shop = String(settings.shop)
    report({ step: 'login', state: 'ok' })
    const name = String(me.name)
    return fault === 'does not say whose account it is'
      ? { isOk: true, name }
      : { isOk: true, name, externalId: shop }
  } catch (error) {
    if (fault === 'throws in the test') throw error
    const detail = say(`Refused: ${String(settings.token)}`, 'Ditolak')
    const isLoud = fault === 'tells the wrong secret in the test'
    report({ step: 'login', state: 'failed', field: 'token', ...(isLoud && { detail }) })
    return { isOk: false }
  }
}
