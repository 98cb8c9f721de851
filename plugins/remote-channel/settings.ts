import type { SettingsSchema, SettingsValues, Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const text = say('Messages', 'Pesan')
const files = say('Files', 'Berkas')
const trust = say('Proof of identity', 'Bukti identitas')

/** The form of one account. Its token is made on a page of its own and stands nowhere in here. */
export const accountForm: SettingsSchema = {
  channelName: {
    type: 'text',
    label: say('Name of the channel', 'Nama saluran'),
    hint: say(
      'What customers call it, such as “Chat in our app”.',
      'Sebutan pelanggan untuk saluran ini, misalnya “Chat di aplikasi kami”.'
    ),
    required: true,
    group: text
  },
  receipts: {
    type: 'select',
    label: say('Receipts', 'Tanda terima'),
    hint: say(
      'What the program reports of your answers.',
      'Apa yang dilaporkan program tentang balasan Anda.'
    ),
    default: 'none',
    options: [
      { value: 'none', label: say('Sent only', 'Hanya terkirim') },
      { value: 'delivered', label: say('Delivered', 'Sampai') },
      { value: 'read', label: say('Delivered and read', 'Sampai dan dibaca') }
    ],
    group: text
  },
  startsBy: {
    type: 'select',
    label: say('Agents may write first to', 'Agen boleh menulis lebih dulu ke'),
    default: 'none',
    options: [
      { value: 'none', label: say('Nobody', 'Tidak ada') },
      { value: 'phone', label: say('A phone number', 'Nomor telepon') },
      { value: 'email', label: say('An email address', 'Alamat email') }
    ],
    group: text
  },
  inviteLink: {
    type: 'text',
    label: say('Link that opens this channel', 'Tautan yang membuka saluran ini'),
    hint: say(
      'Offered to customers of your web chat, such as https://app.example/chat?code={code}.',
      'Ditawarkan kepada pelanggan web chat, misalnya https://app.example/chat?code={code}.'
    ),
    pattern: '^https?://\\S*\\{code\\}\\S*$',
    group: text
  },
  maxLength: {
    type: 'number',
    label: say('Longest text, characters', 'Teks terpanjang, karakter'),
    hint: say('Longer answers are cut into several.', 'Balasan yang lebih panjang dibagi.'),
    default: 4000,
    min: 20,
    max: 100_000,
    group: text
  },
  attachmentsIn: {
    type: 'switch',
    label: say('Customers can send files', 'Pelanggan dapat mengirim berkas'),
    default: true,
    group: files
  },
  attachmentsOut: {
    type: 'switch',
    label: say('Agents can send files', 'Agen dapat mengirim berkas'),
    hint: say('Otherwise the answer holds a link.', 'Bila tidak, balasan berisi tautan.'),
    default: true,
    group: files
  },
  maxMegabytes: {
    type: 'number',
    label: say('Largest file, MB', 'Berkas terbesar, MB'),
    default: 10,
    min: 1,
    max: 20,
    group: files
  },
  provesEmail: {
    type: 'switch',
    label: say('The program proves email addresses', 'Program membuktikan alamat email'),
    hint: say(
      'On only if it signs people in itself: a proven address joins its customer without asking.',
      'Aktifkan hanya bila program memeriksa login sendiri: alamat terbukti langsung digabung ke pelanggannya.'
    ),
    default: false,
    group: trust
  },
  provesPhone: {
    type: 'switch',
    label: say('The program proves phone numbers', 'Program membuktikan nomor telepon'),
    default: false,
    group: trust
  },
  provesId: {
    type: 'switch',
    label: say('The program knows its users by an id', 'Program mengenali pengguna dari id'),
    hint: say(
      'Off when anybody can choose any id.',
      'Matikan bila siapa pun dapat memilih id apa pun.'
    ),
    default: true,
    group: trust
  }
}

export interface RemoteSettings {
  channelName: string
  maxLength: number
  /** With `{code}` in it; empty: nobody is led here. */
  inviteLink: string
  receipts: 'none' | 'delivered' | 'read'
  startsBy: 'none' | 'phone' | 'email'
  attachmentsIn: boolean
  attachmentsOut: boolean
  maxBytes: number
  proves: { email: boolean; phone: boolean; external: boolean }
}

/** Values that were never saved are at their defaults. */
export function readSettings(values: SettingsValues): RemoteSettings {
  const of = (name: string) => values[name] ?? accountForm[name]?.default
  return {
    channelName: String(of('channelName') ?? ''),
    inviteLink: String(of('inviteLink') ?? '').trim(),
    maxLength: Number(of('maxLength')),
    receipts: of('receipts') as RemoteSettings['receipts'],
    startsBy: of('startsBy') as RemoteSettings['startsBy'],
    attachmentsIn: of('attachmentsIn') === true,
    attachmentsOut: of('attachmentsOut') === true,
    maxBytes: Number(of('maxMegabytes')) * 1024 * 1024,
    proves: {
      email: of('provesEmail') === true,
      phone: of('provesPhone') === true,
      external: of('provesId') === true
    }
  }
}
