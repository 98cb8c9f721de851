import type { SettingsSchema, SettingsValues, Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const officialUrl = 'https://api.telegram.org'

/** The form of one bot. */
export const accountForm: SettingsSchema = {
  token: {
    type: 'secret',
    label: say('Bot token', 'Token bot'),
    hint: say(
      'Write /newbot to @BotFather on Telegram; its answer holds the token, such as 123456:ABC-DEF.',
      'Kirim /newbot ke @BotFather di Telegram; jawabannya berisi token, misalnya 123456:ABC-DEF.'
    ),
    required: true,
    boundTo: ['apiUrl'],
    autocomplete: 'off'
  },
  groups: {
    type: 'select',
    label: say('Groups', 'Grup'),
    hint: say(
      'In groups the bot only sees what is written to it, unless its privacy mode is off.',
      'Di grup, bot hanya melihat pesan yang ditujukan kepadanya, kecuali mode privasinya dimatikan.'
    ),
    default: 'off',
    options: [
      { value: 'off', label: say('Ignore groups', 'Abaikan grup') },
      { value: 'each', label: say('One conversation for each group', 'Satu percakapan per grup') }
    ]
  },
  receive: {
    type: 'select',
    label: say('How messages come in', 'Cara pesan masuk'),
    hint: say(
      'Fetching works everywhere. A webhook needs a public https address.',
      'Pengambilan selalu bisa. Webhook memerlukan alamat https publik.'
    ),
    default: 'polling',
    options: [
      { value: 'polling', label: say('Sapa fetches them', 'Diambil oleh Sapa') },
      {
        value: 'webhook',
        label: say('Telegram calls Sapa (webhook)', 'Telegram memanggil Sapa (webhook)')
      }
    ],
    isAdvanced: true
  },
  apiUrl: {
    type: 'url',
    label: say('Address of the Bot API', 'Alamat Bot API'),
    hint: say(
      'Another one only for a Bot API server of your own.',
      'Ganti hanya bila Anda menjalankan server Bot API sendiri.'
    ),
    default: officialUrl,
    isAdvanced: true
  }
}

export interface BotSettings {
  token: string
  apiUrl: string
  hasWebhook: boolean
  hasGroups: boolean
}

/** Values that were never saved are at their defaults. */
export function readSettings(values: SettingsValues): BotSettings {
  return {
    token: String(values['token'] ?? '').trim(),
    apiUrl: (String(values['apiUrl'] ?? '').trim() || officialUrl).replace(/\/+$/, ''),
    hasWebhook: values['receive'] === 'webhook',
    hasGroups: values['groups'] === 'each'
  }
}

/** The number before the colon is the bot's id. */
export const botIdOf = (token: string) => /^(\d+):/.exec(token)?.[1] ?? null
