import type { SettingsSchema, SettingsValues } from 'sapa/plugin-api'
import { say } from './finding.ts'

const number = say('Number', 'Nomor')
const app = say('App', 'Aplikasi')

/** The form of one number. */
export const accountForm: SettingsSchema = {
  phoneNumberId: {
    type: 'text',
    label: say('Phone number ID', 'ID nomor telepon'),
    hint: say(
      'From WhatsApp → API Setup at developers.facebook.com. Not the number itself.',
      'Dari WhatsApp → API Setup di developers.facebook.com. Bukan nomornya.'
    ),
    required: true,
    pattern: '^\\d{5,25}$',
    group: number
  },
  wabaId: {
    type: 'text',
    label: say('WhatsApp Business account ID', 'ID akun WhatsApp Business'),
    hint: say('From the same page.', 'Dari halaman yang sama.'),
    required: true,
    pattern: '^\\d{5,25}$',
    group: number
  },
  accessToken: {
    type: 'secret',
    label: say('Access token', 'Token akses'),
    hint: say(
      'Of a system user, with the permissions whatsapp_business_messaging and whatsapp_business_management. The one of API Setup ends after a day.',
      'Milik pengguna sistem, dengan izin whatsapp_business_messaging dan whatsapp_business_management. Token dari API Setup berakhir dalam sehari.'
    ),
    required: true,
    boundTo: ['apiUrl'],
    group: app
  },
  appSecret: {
    type: 'secret',
    label: say('App secret', 'Rahasia aplikasi'),
    hint: say(
      'App settings → Basic. It proves that calls come from Meta.',
      'App settings → Basic. Membuktikan bahwa panggilan berasal dari Meta.'
    ),
    required: true,
    group: app
  },
  verifyToken: {
    type: 'secret',
    label: say('Verify token', 'Token verifikasi'),
    hint: say(
      'Leave it empty: Sapa makes one, and shows it after saving.',
      'Kosongkan: Sapa membuatnya, lalu menampilkannya setelah disimpan.'
    ),
    isGenerated: true,
    isAdvanced: true
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
