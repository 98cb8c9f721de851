import type { SettingsSchema, SettingsValues, Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const number = say('Number', 'Nomor')
const app = say('App', 'Aplikasi')

/** The form of one number. */
export const accountForm: SettingsSchema = {
  phoneNumberId: {
    type: 'text',
    label: say('Phone number ID', 'ID nomor telepon'),
    required: true,
    pattern: '^\\d{5,25}$',
    group: number
  },
  wabaId: {
    type: 'text',
    label: say('WhatsApp Business account ID', 'ID akun WhatsApp Business'),
    required: true,
    pattern: '^\\d{5,25}$',
    group: number
  },
  accessToken: {
    type: 'secret',
    label: say('Access token', 'Token akses'),
    required: true,
    boundTo: ['apiUrl'],
    group: app
  },
  appSecret: {
    type: 'secret',
    label: say('App secret', 'Rahasia aplikasi'),
    required: true,
    group: app
  },
  verifyToken: {
    type: 'secret',
    label: say('Verify token', 'Token verifikasi'),
    isGenerated: true,
    group: app
  },
  apiUrl: {
    type: 'url',
    label: say('Address of the Graph API', 'Alamat Graph API'),
    default: 'https://graph.facebook.com',
    isAdvanced: true
  },
  apiVersion: {
    type: 'text',
    label: say('Version of the Graph API', 'Versi Graph API'),
    default: 'v25.0',
    pattern: '^v\\d{1,3}\\.\\d$',
    isAdvanced: true
  }
}

export interface WhatsAppSettings {
  phoneNumberId: string
  wabaId: string
  accessToken: string
  appSecret: string
  verifyToken: string
  /** Without a slash at the end. */
  apiUrl: string
  apiVersion: string
}

/** Values that were never saved are at their defaults. */
export function readSettings(values: SettingsValues): WhatsAppSettings {
  const of = (name: string) => String(values[name] || (accountForm[name]?.default ?? '')).trim()
  return {
    phoneNumberId: of('phoneNumberId'),
    wabaId: of('wabaId'),
    accessToken: of('accessToken'),
    appSecret: of('appSecret'),
    verifyToken: of('verifyToken'),
    apiUrl: of('apiUrl').replace(/\/+$/, ''),
    apiVersion: of('apiVersion')
  }
}
