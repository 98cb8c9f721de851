import { fine, say, type Finding } from './finding.ts'
import type { Calls } from './seen.ts'
import { moment } from './when.ts'

/** Meta calls only addresses with https that everybody can reach. */
export function lookAtAddress(webhookUrl: string): Finding {
  const { protocol, hostname } = new URL(webhookUrl)
  if (protocol === 'https:' && !isLocal(hostname)) return fine(say(hostname, hostname))
  return {
    state: 'failed',
    detail: say(
      `Meta cannot call ${protocol}//${hostname}.`,
      `Meta tidak bisa memanggil ${protocol}//${hostname}.`
    ),
    remedy: say(
      'Sapa needs a public address with https: set PUBLIC_URL to it and restart.',
      'Sapa perlu alamat publik dengan https: isi PUBLIC_URL, lalu jalankan ulang.'
    )
  }
}

const isLocal = (host: string) =>
  host === 'localhost' || host === '[::1]' || /^(127|10|192\.168)\./.test(host)

/** What Meta has called so far: its question about the address, and calls with a signature. */
export function lookAtCalls(calls: Calls, timeZone: string): Finding {
  const { verified, mistaken, signed, refused } = calls
  if ((refused ?? 0) > (signed ?? 0)) return wrongSecret
  if (signed !== undefined) {
    const { en, id } = moment(signed, timeZone)
    return fine(say(`Last call: ${en}`, `Panggilan terakhir: ${id}`))
  }
  if (verified !== undefined) return silent
  return mistaken === undefined ? unverified : wrongToken
}

const wrongSecret: Finding = {
  state: 'failed',
  field: 'appSecret',
  detail: say(
    'Meta calls, but the signature does not fit the app secret. Nothing is lost: Meta repeats for days.',
    'Meta memanggil, tetapi tanda tangannya tidak cocok dengan rahasia aplikasi. Tidak ada yang hilang: Meta mengulang berhari-hari.'
  ),
  remedy: say(
    'Copy the app secret again: App settings → Basic → App secret → Show.',
    'Salin lagi rahasia aplikasi: App settings → Basic → App secret → Show.'
  )
}

const unverified: Finding = {
  state: 'failed',
  detail: say('Meta has not called this address yet.', 'Meta belum memanggil alamat ini.'),
  remedy: say(
    'Enter callback URL and verify token in WhatsApp → Configuration, then press “Verify and save”.',
    'Isi URL callback dan token verifikasi di WhatsApp → Configuration, lalu tekan “Verify and save”.'
  )
}

const wrongToken: Finding = {
  state: 'failed',
  detail: say(
    'Meta has asked with another verify token than this one.',
    'Meta bertanya dengan token verifikasi yang berbeda.'
  ),
  remedy: say(
    'Copy the verify token of the guide once more into WhatsApp → Configuration.',
    'Salin lagi token verifikasi dari panduan ke WhatsApp → Configuration.'
  )
}

const silent: Finding = {
  state: 'warning',
  detail: say(
    'The address is verified. No message has come yet.',
    'Alamat sudah diverifikasi. Belum ada pesan yang masuk.'
  ),
  remedy: say(
    'Subscribe the field “messages” under “Manage”, then write to your number.',
    'Langgani kolom “messages” di bawah “Manage”, lalu kirim pesan ke nomor Anda.'
  )
}
