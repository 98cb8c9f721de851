import type { ProbeStep, Text } from 'sapa/plugin-api'
import { hostedBy } from '../provider.ts'
import type { MailSettings, Server } from '../mail-settings.ts'

/** What a failing step says: its cause, what to do, and the field to blame. */
export type Finding = Required<Pick<ProbeStep, 'detail' | 'remedy'>> & Pick<ProbeStep, 'field'>

export const say = (en: string, id: string): Text => ({ en, id })

export function unknownHost(host: string, field: string): Finding {
  return {
    detail: say(`The name ${host} is not known.`, `Nama ${host} tidak dikenal.`),
    remedy: say(
      'Check the spelling of the server. Your provider’s help names it.',
      'Periksa ejaan server. Namanya ada di halaman bantuan penyedia Anda.'
    ),
    field
  }
}

export const noHost = (field: string): Finding => ({
  detail: say('The name of the server is missing.', 'Nama server belum diisi.'),
  remedy: say(
    'Your provider’s help names it, often mail.<your domain>.',
    'Namanya ada di halaman bantuan penyedia Anda, sering kali mail.<domain Anda>.'
  ),
  field
})

export function unreachable({ host, port }: Server, code: string, side: 'imap' | 'smtp'): Finding {
  const isRefused = code === 'ECONNREFUSED'
  const at = `${host}:${port}`
  return {
    detail: isRefused
      ? say(`${at} refuses connections.`, `${at} menolak koneksi.`)
      : say(`${at} does not answer.`, `${at} tidak menjawab.`),
    remedy: isRefused
      ? say(`Check the port: ${usualPorts(side)}.`, `Periksa port: ${usualPorts(side)}.`)
      : say(
          `A firewall may block the port. Ask your hosting company to open port ${port} outwards, or try ${usualPorts(side)}.`,
          `Port mungkin diblokir firewall. Minta penyedia hosting membuka port ${port} ke luar, atau coba ${usualPorts(side)}.`
        ),
    field: `${side}Port`
  }
}

const usualPorts = (side: 'imap' | 'smtp') =>
  side === 'imap' ? '993 (TLS), 143 (STARTTLS)' : '465 (TLS), 587 (STARTTLS)'

/** Certificate trouble is never waved through: what would be sent next is the password. */
export function tlsFinding({ host }: Server, code: string, side: 'imap' | 'smtp'): Finding {
  if (code === 'CERT_HAS_EXPIRED') {
    return {
      detail: say(
        `The certificate of ${host} has expired.`,
        `Sertifikat ${host} sudah kedaluwarsa.`
      ),
      remedy: say(
        'Ask whoever runs the mail server to renew it.',
        'Minta pengelola server email memperbaruinya.'
      ),
      field: `${side}Host`
    }
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      detail: say(
        `The certificate of the server is not for ${host}.`,
        `Sertifikat server bukan untuk ${host}.`
      ),
      remedy: say(
        'Enter the name the certificate is made for, often that of your hosting company’s server.',
        'Isi nama yang tercantum di sertifikat, biasanya nama server penyedia hosting Anda.'
      ),
      field: `${side}Host`
    }
  }
  if (selfSigned.has(code)) {
    return {
      detail: say(
        `The certificate of ${host} is not signed by a known authority.`,
        `Sertifikat ${host} tidak ditandatangani otoritas yang dikenal.`
      ),
      remedy: say(
        'Install a free Let’s Encrypt certificate on the mail server, or start Sapa with NODE_EXTRA_CA_CERTS naming your own authority.',
        'Pasang sertifikat gratis Let’s Encrypt di server email, atau jalankan Sapa dengan NODE_EXTRA_CA_CERTS berisi otoritas Anda sendiri.'
      ),
      field: `${side}Host`
    }
  }
  return {
    detail: say(
      `No encrypted connection with ${host} came about (${code}).`,
      `Koneksi terenkripsi dengan ${host} gagal (${code}).`
    ),
    remedy: say(
      `Port and encryption must fit together: ${usualPorts(side)}.`,
      `Port dan enkripsi harus cocok: ${usualPorts(side)}.`
    ),
    field: `${side}Security`
  }
}

const selfSigned = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...[
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_GET_ISSUER_CERT'
  ]
])

/** The server said no. Most often the provider wants something else than the everyday password. */
export function loginFinding(settings: MailSettings, side: 'imap' | 'smtp'): Finding {
  if (settings.auth !== 'password') {
    return {
      detail: say('The sign-in is missing or has ended.', 'Login belum ada atau sudah berakhir.'),
      remedy: say(
        `Save the account, then sign in with ${providerName(settings)} and test again.`,
        `Simpan akun, lalu login dengan ${providerName(settings)} dan tes lagi.`
      ),
      field: 'auth'
    }
  }
  const kind = hostedBy(settings[side].host)?.appPassword
  return {
    detail: say(
      'The server refused the user name or password.',
      'Server menolak nama pengguna atau sandi.'
    ),
    remedy: kind ? appPasswords[kind] : ownPassword,
    field: 'password'
  }
}

const providerName = ({ auth }: MailSettings) => (auth === 'google' ? 'Google' : 'Microsoft')

const ownPassword = say(
  'Check both in your provider’s webmail. Some servers want the whole address as user name, some only the part before @.',
  'Periksa keduanya di webmail penyedia Anda. Sebagian server meminta alamat lengkap sebagai nama pengguna, sebagian hanya bagian sebelum @.'
)

const appPasswords = {
  google: say(
    'Gmail wants an app password: turn on 2-Step Verification, then make one at myaccount.google.com/apppasswords.',
    'Gmail meminta sandi aplikasi: aktifkan Verifikasi 2 Langkah, lalu buat di myaccount.google.com/apppasswords.'
  ),
  microsoft: say(
    'Microsoft no longer takes passwords here: choose Microsoft 365 sign-in. For SMTP, the administrator may have to switch on authenticated SMTP for the mailbox.',
    'Microsoft tidak lagi menerima sandi di sini: pilih login Microsoft 365. Untuk SMTP, administrator mungkin perlu mengaktifkan authenticated SMTP bagi kotak surat ini.'
  ),
  yahoo: say(
    'Yahoo wants an app password: Account security, then Generate app password.',
    'Yahoo meminta sandi aplikasi: Keamanan akun, lalu Buat sandi aplikasi.'
  ),
  icloud: say(
    'iCloud wants an app-specific password: account.apple.com, Sign-In and Security.',
    'iCloud meminta sandi khusus aplikasi: account.apple.com, Masuk dan Keamanan.'
  ),
  other: say(
    'Make an app password for Sapa in the security settings of the mailbox.',
    'Buat sandi aplikasi untuk Sapa di pengaturan keamanan kotak surat.'
  )
}

export function noAnswer(text: string, field: string): Finding {
  return {
    detail: say(`The server broke off: ${text}`, `Server memutus: ${text}`),
    remedy: say(
      'Test again in some minutes. If it stays, ask your provider.',
      'Tes lagi beberapa menit lagi. Jika tetap sama, tanyakan ke penyedia Anda.'
    ),
    field
  }
}

export function noFolder(folder: string): Finding {
  return {
    detail: say(
      `The mailbox has no folder ${folder}.`,
      `Kotak surat tidak punya folder ${folder}.`
    ),
    remedy: say(
      'Write it exactly as the mailbox does, subfolders with their parent.',
      'Tulis persis seperti di kotak surat, subfolder beserta induknya.'
    ),
    field: 'folders'
  }
}

export function notSent(text: string): Finding {
  return {
    detail: say(`The test mail was refused: ${text}`, `Email uji ditolak: ${text}`),
    remedy: say(
      'The address must belong to the mailbox that signs in.',
      'Alamat harus milik kotak surat yang login.'
    ),
    field: 'address'
  }
}

export const notSeen: Finding = {
  detail: say(
    'The test mail went out but did not arrive within 30 seconds.',
    'Email uji terkirim tetapi tidak tiba dalam 30 detik.'
  ),
  remedy: say(
    'Look into the junk folder, and check that the address delivers into this mailbox.',
    'Lihat folder spam, dan pastikan alamat ini masuk ke kotak surat ini.'
  ),
  field: 'address'
}

export const unencrypted: Finding = {
  detail: say('The connection is not encrypted.', 'Koneksi tidak terenkripsi.'),
  remedy: say(
    'Anyone on the way can read the password. Choose TLS unless the server is in your own network.',
    'Siapa pun di jalur ini bisa membaca sandi. Pilih TLS, kecuali server ada di jaringan Anda sendiri.'
  )
}

export function missingRecord(kind: 'SPF' | 'DMARC', domain: string): Finding {
  return {
    detail: say(`${domain} has no ${kind} record.`, `${domain} tidak punya record ${kind}.`),
    remedy: say(
      'Without it answers land in junk more often. Your mail provider names the DNS record to add.',
      'Tanpa itu balasan lebih sering masuk spam. Penyedia email Anda menyebutkan record DNS yang perlu ditambahkan.'
    )
  }
}

export const unsigned: Finding = {
  detail: say(
    'Outgoing mail carries no DKIM signature.',
    'Email keluar tidak bertanda tangan DKIM.'
  ),
  remedy: say(
    'Switch DKIM on at your mail provider, so that answers are believed.',
    'Aktifkan DKIM di penyedia email Anda agar balasan dipercaya.'
  )
}
