import type { SettingsSchema, SettingsValues } from 'sapa/plugin-api'

export const settings = {
  url: {
    type: 'url',
    label: { en: 'Address of the shop', id: 'Alamat toko' },
    hint: { en: 'Such as https://toko.example', id: 'Misalnya https://toko.example' },
    required: true,
    pattern: 'https?://.+'
  },
  key: {
    type: 'text',
    label: { en: 'Consumer key', id: 'Consumer key' },
    hint: {
      en: 'WooCommerce → Settings → Advanced → REST API; "Read" is enough',
      id: 'WooCommerce → Settings → Advanced → REST API; cukup izin "Read"'
    },
    required: true,
    pattern: 'ck_\\w+',
    autocomplete: 'off'
  },
  secret: {
    type: 'secret',
    label: { en: 'Consumer secret', id: 'Consumer secret' },
    required: true,
    boundTo: ['url', 'key']
  },
  countryCode: {
    type: 'text',
    label: { en: 'Country code of phone numbers', id: 'Kode negara nomor telepon' },
    hint: { en: 'For numbers that begin with 0', id: 'Untuk nomor yang diawali 0' },
    default: '62',
    pattern: '\\d{1,3}',
    isAdvanced: true
  },
  inQuery: {
    type: 'switch',
    label: { en: 'Send the key in the address', id: 'Kirim key lewat alamat' },
    hint: {
      en: 'Only when the host removes the Authorization header. Needs https.',
      id: 'Hanya bila hosting menghapus header Authorization. Perlu https.'
    },
    default: false,
    isAdvanced: true
  }
} satisfies SettingsSchema

export interface Shop {
  url: string
  key: string
  secret: string
  countryCode: string
  inQuery: boolean
}

/** Null while the form is not filled in. */
export function shopOf(values: SettingsValues): Shop | null {
  const { url, key, secret, countryCode, inQuery } = values
  if (typeof url !== 'string' || typeof key !== 'string' || typeof secret !== 'string') return null
  if (!url || !key || !secret) return null
  return {
    ...{ url: url.replace(/\/+$/, ''), key, secret },
    countryCode: typeof countryCode === 'string' && countryCode ? countryCode : '62',
    inQuery: inQuery === true
  }
}
