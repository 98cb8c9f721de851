import type { SettingsField, SettingsSchema, Text } from 'sapa/plugin-api'

const say = (en: string, id: string): Text => ({ en, id })

const mailbox = say('Mailbox', 'Kotak surat')
const incoming = say('Incoming mail (IMAP)', 'Email masuk (IMAP)')
const outgoing = say('Outgoing mail (SMTP)', 'Email keluar (SMTP)')
const reading = say('Reading', 'Pembacaan')
const sending = say('Sending', 'Pengiriman')
const signIn = say('Google or Microsoft app', 'Aplikasi Google atau Microsoft')

const advanced = { isAdvanced: true } as const
const byPassword = { when: { field: 'auth', is: ['password'] } }
const byProvider = { when: { field: 'auth', is: ['google', 'microsoft'] } }

const servers = ['imap', 'smtp'].flatMap(side => [`${side}Host`, `${side}Port`, `${side}Security`])

/** The form of one mailbox. */
export const accountForm: SettingsSchema = {
  address: {
    type: 'email',
    label: say('Email address', 'Alamat email'),
    hint: say(
      'Customers write to this address. Nothing is changed in the mailbox itself.',
      'Pelanggan menulis ke alamat ini. Isi kotak surat tidak diubah.'
    ),
    required: true,
    group: mailbox,
    autocomplete: 'email'
  },
  name: {
    type: 'text',
    label: say('Sender name', 'Nama pengirim'),
    hint: say(
      'Stands behind the agent’s name, such as “Rina, Toko Maju”.',
      'Tampil di belakang nama agen, misalnya “Rina, Toko Maju”.'
    ),
    group: mailbox,
    autocomplete: 'organization'
  },
  auth: {
    type: 'select',
    label: say('Sign-in', 'Cara masuk'),
    default: 'password',
    options: [
      { value: 'password', label: say('Password or app password', 'Sandi atau sandi aplikasi') },
      { value: 'google', label: say('Google sign-in', 'Login Google') },
      { value: 'microsoft', label: say('Microsoft 365 sign-in', 'Login Microsoft 365') }
    ],
    group: mailbox
  },
  user: {
    type: 'text',
    label: say('User name', 'Nama pengguna'),
    hint: say('Empty: the email address.', 'Kosong: alamat email.'),
    group: mailbox,
    autocomplete: 'username',
    ...advanced
  },
  password: {
    type: 'secret',
    label: say('Password', 'Sandi'),
    hint: say(
      'Gmail, Yahoo and iCloud want an app password here.',
      'Gmail, Yahoo, dan iCloud meminta sandi aplikasi di sini.'
    ),
    group: mailbox,
    autocomplete: 'current-password',
    boundTo: [...servers, 'user', 'auth'],
    ...byPassword
  },
  ...serverFields('imap', incoming, 993),
  ...serverFields('smtp', outgoing, 465),
  signature: {
    type: 'textarea',
    label: say('Signature', 'Tanda tangan'),
    hint: say('Ends every answer of this mailbox.', 'Menutup setiap balasan dari kotak surat ini.'),
    group: sending,
    ...advanced
  },
  folders: {
    type: 'list',
    label: say('Folders to read', 'Folder yang dibaca'),
    hint: say('One per line. Empty: INBOX.', 'Satu per baris. Kosong: INBOX.'),
    group: reading,
    ...advanced
  },
  watchJunk: {
    type: 'switch',
    label: say('Read the junk folder too', 'Baca juga folder spam'),
    hint: say('Its mail is marked as spam.', 'Emailnya ditandai sebagai spam.'),
    default: false,
    group: reading,
    ...advanced
  },
  maxMegabytes: {
    type: 'number',
    label: say('Largest mail, MB', 'Email terbesar, MB'),
    hint: say(
      'A larger mail appears as a notice and stays in the mailbox.',
      'Email yang lebih besar tampil sebagai pemberitahuan dan tetap di kotak surat.'
    ),
    default: 25,
    min: 1,
    max: 50,
    group: reading,
    ...advanced
  },
  trustedAuthserv: {
    type: 'list',
    label: say(
      'Servers whose sender check is trusted',
      'Server yang pemeriksaan pengirimnya dipercaya'
    ),
    hint: say(
      'The first word of Authentication-Results in mail that you received, such as mx.google.com.',
      'Kata pertama Authentication-Results pada email yang Anda terima, misalnya mx.google.com.'
    ),
    group: reading,
    ...advanced
  },
  formRelays: {
    type: 'list',
    label: say('Addresses of your web forms', 'Alamat formulir web Anda'),
    hint: say(
      'Mail from these is taken as written by its Reply-To address.',
      'Email dari alamat ini dianggap ditulis oleh alamat Reply-To.'
    ),
    group: reading,
    ...advanced
  },
  sentCopy: {
    ...choice(
      say('Copy answers to the Sent folder', 'Salin balasan ke folder Terkirim'),
      say(
        'Automatic: unless the provider does it itself.',
        'Otomatis: kecuali penyedia sudah melakukannya.'
      )
    ),
    group: sending
  },
  plusAddresses: {
    ...choice(
      say('Plus-addresses for answers', 'Alamat plus untuk balasan'),
      say(
        'Answers go to name+code@… and find their conversation even without headers. Automatic: as the connection test found.',
        'Balasan menuju nama+kode@… dan menemukan percakapannya walau tanpa header. Otomatis: sesuai hasil tes koneksi.'
      )
    ),
    group: sending
  },
  oauthClientId: {
    type: 'text',
    label: say('Client ID', 'Client ID'),
    hint: say(
      'From your own app registration; the README shows the steps.',
      'Dari pendaftaran aplikasi Anda sendiri; langkahnya ada di README.'
    ),
    group: signIn,
    ...byProvider
  },
  oauthClientSecret: {
    type: 'secret',
    label: say('Client secret', 'Client secret'),
    group: signIn,
    boundTo: ['auth', 'oauthTenant', 'oauthClientId'],
    ...byProvider
  },
  oauthTenant: {
    type: 'text',
    label: say('Directory (tenant) ID', 'ID direktori (tenant)'),
    hint: say('Empty: any organisation.', 'Kosong: organisasi mana pun.'),
    pattern: '^[A-Za-z0-9.-]*$',
    group: signIn,
    when: { field: 'auth', is: ['microsoft'] }
  },
  oauthRefreshToken: {
    type: 'secret',
    label: say('Sign-in token', 'Token login'),
    hint: say('Filled in by the sign-in.', 'Diisi saat login.'),
    group: signIn,
    boundTo: [...servers, 'auth', 'oauthTenant', 'oauthClientId'],
    isObtained: true,
    ...advanced,
    ...byProvider
  }
}

function serverFields(side: 'imap' | 'smtp', group: Text, port: number): SettingsSchema {
  return {
    [`${side}Host`]: {
      type: 'text',
      label: say('Server', 'Server'),
      pattern: '^[A-Za-z0-9.:-]*$',
      group
    },
    [`${side}Port`]: {
      type: 'number',
      label: say('Port', 'Port'),
      default: port,
      min: 1,
      max: 65535,
      group
    },
    [`${side}Security`]: {
      type: 'select',
      label: say('Encryption', 'Enkripsi'),
      default: 'tls',
      options: [
        { value: 'tls', label: say('TLS', 'TLS') },
        { value: 'starttls', label: say('STARTTLS', 'STARTTLS') },
        {
          value: 'none',
          label: say('None (own network only)', 'Tanpa enkripsi (hanya jaringan sendiri)')
        }
      ],
      group
    }
  }
}

function choice(label: Text, hint: Text): SettingsField {
  return {
    type: 'select',
    label,
    hint,
    default: 'auto',
    options: [
      { value: 'auto', label: say('Automatic', 'Otomatis') },
      { value: 'on', label: say('Always', 'Selalu') },
      { value: 'off', label: say('Never', 'Tidak pernah') }
    ],
    ...advanced
  }
}
