import type { SettingsField, SettingsSchema, Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const look = say('Look', 'Tampilan')
const greeting = say('Greeting', 'Sapaan')
const hours = say('Opening hours', 'Jam buka')
const before = say('Form before the chat', 'Formulir awal')
const pages = say('Pages', 'Halaman')
const safety = say('Security', 'Keamanan')

const flag = (group: Text, label: Text, fallback: boolean, hint?: Text): SettingsField => ({
  ...{ type: 'switch', label, default: fallback, group },
  ...(hint && { hint })
})

const number = (
  group: Text,
  label: Text,
  [fallback, min, max]: [number, number, number]
): SettingsField => ({ type: 'number', label, default: fallback, min, max, group })

const line = (group: Text, label: Text, more: Partial<SettingsField> = {}): SettingsField => ({
  ...{ type: 'text', label, group },
  ...more
})

const colour = { pattern: '^#[0-9a-fA-F]{6}$' }
const dayPattern = {
  pattern:
    '^$|^([01]\\d|2[0-3])[:.][0-5]\\d *- *([01]\\d|2[0-4])[:.][0-5]\\d( *, *([01]\\d|2[0-3])[:.][0-5]\\d *- *([01]\\d|2[0-4])[:.][0-5]\\d)*$'
}

const asked = (label: Text, fallback: string): SettingsField => ({
  ...{ type: 'select', label, default: fallback, group: before },
  options: [
    { value: 'off', label: say('Not asked', 'Tidak ditanyakan') },
    { value: 'optional', label: say('Optional', 'Boleh dikosongkan') },
    { value: 'required', label: say('Required', 'Wajib diisi') }
  ]
})

/** The form of one account; the page of the widget draws it in its own way. */
export const accountForm: SettingsSchema = {
  title: line(look, say('Name in the header', 'Nama di kepala'), {
    hint: say('Empty: the name of the business.', 'Kosong: nama bisnis.')
  }),
  brand: line(look, say('Colour', 'Warna'), { ...colour, default: '#0a6a64' }),
  brandDark: line(look, say('Colour in the dark', 'Warna mode gelap'), {
    ...colour,
    hint: say('Empty: the same.', 'Kosong: sama.')
  }),
  scheme: {
    ...{ type: 'select', label: say('Light or dark', 'Terang atau gelap') },
    ...{ default: 'auto', group: look },
    options: [
      { value: 'auto', label: say('As the visitor has it', 'Ikut pengunjung') },
      { value: 'light', label: say('Light', 'Terang') },
      { value: 'dark', label: say('Dark', 'Gelap') }
    ]
  },
  language: {
    ...{ type: 'select', label: say('Language', 'Bahasa'), default: 'auto', group: look },
    options: [
      { value: 'auto', label: say('As the page has it', 'Ikut halaman') },
      { value: 'en', label: say('English', 'Inggris') },
      { value: 'id', label: say('Indonesian', 'Indonesia') }
    ]
  },
  side: {
    ...{ type: 'select', label: say('Button', 'Tombol'), default: 'right', group: look },
    options: [
      { value: 'right', label: say('Right', 'Kanan') },
      { value: 'left', label: say('Left', 'Kiri') },
      { value: 'own', label: say('One of my page', 'Milik halaman saya') }
    ]
  },
  trigger: line(look, say('CSS selector of your button', 'Selektor CSS tombol Anda'), {
    when: { field: 'side', is: ['own'] }
  }),
  offsetX: number(look, say('Distance to the side, px', 'Jarak dari tepi, px'), [20, 0, 400]),
  offsetY: number(look, say('Distance to the bottom, px', 'Jarak dari bawah, px'), [20, 0, 400]),
  offsetPhoneY: number(
    look,
    say('Distance to the bottom on phones, px', 'Jarak dari bawah di ponsel, px'),
    [20, 0, 400]
  ),
  zIndex: number(look, say('z-index', 'z-index'), [2147483000, 1, 2147483647]),
  showsPoweredBy: flag(look, say('Show “Sapa” at the foot', 'Tampilkan “Sapa” di kaki'), true),
  labelEn: line(greeting, say('Button, English', 'Tombol, Inggris')),
  labelId: line(greeting, say('Button, Indonesian', 'Tombol, Indonesia')),
  welcomeEn: line(greeting, say('Welcome, English', 'Sambutan, Inggris'), { type: 'textarea' }),
  welcomeId: line(greeting, say('Welcome, Indonesian', 'Sambutan, Indonesia'), {
    type: 'textarea'
  }),
  greetingEn: line(greeting, say('Bubble, English', 'Balon, Inggris')),
  greetingId: line(greeting, say('Bubble, Indonesian', 'Balon, Indonesia')),
  greetingAfter: number(
    greeting,
    say('Bubble after seconds (0: none)', 'Balon setelah detik (0: tidak)'),
    [0, 0, 600]
  ),
  hasSound: flag(greeting, say('Visitors can have a sound', 'Pengunjung boleh pakai suara'), true),
  asksRating: flag(greeting, say('Ask for a rating at the end', 'Minta penilaian di akhir'), true),
  hours: {
    ...{ type: 'select', label: say('Open', 'Buka'), default: 'always', group: hours },
    options: [
      { value: 'always', label: say('Always', 'Selalu') },
      { value: 'weekly', label: say('By weekday', 'Menurut hari') }
    ]
  },
  ...dayFields(),
  holidays: {
    ...{ type: 'list', label: say('Closed on', 'Tutup pada'), group: hours },
    hint: say('Days as 2026-12-25.', 'Tanggal seperti 2026-12-25.'),
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    when: { field: 'hours', is: ['weekly'] }
  },
  promiseEn: line(hours, say('While open, English', 'Saat buka, Inggris')),
  promiseId: line(hours, say('While open, Indonesian', 'Saat buka, Indonesia')),
  awayEn: line(hours, say('While closed, English', 'Saat tutup, Inggris')),
  awayId: line(hours, say('While closed, Indonesian', 'Saat tutup, Indonesia')),
  offersEmail: flag(hours, say('Offer to answer by email', 'Tawarkan balasan lewat email'), true),
  offersElsewhere: flag(hours, say('Offer other channels', 'Tawarkan saluran lain'), true),
  relayAfter: number(
    hours,
    say(
      'Mail unread answers after minutes',
      'Kirim balasan belum dibaca lewat email setelah menit'
    ),
    [5, 1, 1440]
  ),
  askName: asked(say('Name', 'Nama'), 'off'),
  askEmail: asked(say('Email', 'Email'), 'off'),
  askPhone: asked(say('Phone', 'Telepon'), 'off'),
  consentEn: line(before, say('Line of consent, English', 'Kalimat persetujuan, Inggris')),
  consentId: line(before, say('Line of consent, Indonesian', 'Kalimat persetujuan, Indonesia')),
  needsConsent: flag(before, say('Consent is required', 'Persetujuan wajib'), false),
  privacyUrl: line(before, say('Privacy page', 'Halaman privasi'), { type: 'url' }),
  showOn: {
    ...{ type: 'list', label: say('Only on these paths', 'Hanya di alamat ini'), group: pages },
    hint: say('Such as /shop/*. Empty: everywhere.', 'Misalnya /toko/*. Kosong: di mana saja.')
  },
  hideOn: { type: 'list', label: say('Not on these paths', 'Tidak di alamat ini'), group: pages },
  tracksPages: flag(
    pages,
    say('Page views go onto the timeline', 'Halaman yang dilihat masuk linimasa'),
    true
  ),
  origins: {
    ...{ type: 'list', label: say('Allowed sites', 'Situs yang diizinkan'), group: safety },
    hint: say(
      'Such as https://toko.id or *.toko.id. Empty: any.',
      'Misalnya https://toko.id atau *.toko.id. Kosong: semua.'
    ),
    pattern: '^(https?://)?(\\*\\.)?[a-zA-Z0-9.-]+(:\\d{1,5})?$'
  },
  isFormOnly: flag(
    safety,
    say('Form only', 'Hanya formulir'),
    false,
    say(
      'Under attack: messages still come in, slowly, and nothing is live.',
      'Saat diserang: pesan tetap masuk, pelan, tanpa obrolan langsung.'
    )
  ),
  hasFiles: flag(safety, say('Visitors can send files', 'Pengunjung boleh mengirim berkas'), true),
  fileMegabytes: number(safety, say('Largest file, MB', 'Berkas terbesar, MB'), [10, 1, 10]),
  filesPerMessage: number(safety, say('Files per message', 'Berkas per pesan'), [5, 1, 10]),
  newPerMinute: number(
    safety,
    say('New visitors per minute and address', 'Pengunjung baru per menit dan alamat'),
    [5, 1, 100_000]
  ),
  visitorPerMinute: number(
    safety,
    say('Messages per minute and visitor', 'Pesan per menit dan pengunjung'),
    [60, 10, 10_000]
  ),
  messagesPerMinute: number(
    safety,
    say('Messages per minute in all', 'Pesan per menit seluruhnya'),
    [600, 10, 100_000]
  ),
  signKey: { type: 'secret', label: say('Sign-in key', 'Kunci masuk'), group: safety },
  signKeyBefore: {
    ...{ type: 'secret', label: say('Former sign-in key', 'Kunci masuk lama') },
    group: safety
  }
}

function dayFields(): SettingsSchema {
  const days = [
    ['mon', say('Monday', 'Senin')],
    ['tue', say('Tuesday', 'Selasa')],
    ['wed', say('Wednesday', 'Rabu')],
    ['thu', say('Thursday', 'Kamis')],
    ['fri', say('Friday', 'Jumat')],
    ['sat', say('Saturday', 'Sabtu')],
    ['sun', say('Sunday', 'Minggu')]
  ] as const
  return Object.fromEntries(
    days.map(([day, label]) => [
      day,
      line(hours, label, {
        ...dayPattern,
        when: { field: 'hours', is: ['weekly'] }
      })
    ])
  )
}
