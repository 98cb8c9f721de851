import type { AccountFacts, GuideContext, GuideItem, Text } from 'sapa/plugin-api'
import { readSettings } from './settings.ts'

/** What Meta should call about; the first is needed for any message to come. */
const fields = [
  ...['messages', 'user_id_update', 'message_template_status_update', 'account_update'],
  ...['phone_number_quality_update', 'user_preferences', 'smb_message_echoes']
]

/** What an owner copies to the app's WhatsApp → Configuration at developers.facebook.com. */
export function guideOf({ settings: values, webhookUrl }: GuideContext): GuideItem[] {
  const settings = readSettings(values)
  return [
    {
      label: { en: 'Callback URL', id: 'URL callback' },
      value: webhookUrl,
      hint: {
        en: 'In your app at developers.facebook.com: WhatsApp → Configuration → Webhook → Edit.',
        id: 'Di aplikasi Anda di developers.facebook.com: WhatsApp → Configuration → Webhook → Edit.'
      }
    },
    {
      label: { en: 'Verify token', id: 'Token verifikasi' },
      value: settings.verifyToken,
      isSecret: true,
      hint: {
        en: 'Into the field below it, then “Verify and save”.',
        id: 'Tempel di kolom di bawahnya, lalu “Verify and save”.'
      }
    },
    {
      label: { en: 'Webhook fields to subscribe', id: 'Kolom webhook yang perlu dilanggan' },
      value: fields.join(', '),
      hint: {
        en: 'Under “Manage”. Without “messages” nothing arrives; the others bring changes and notices.',
        id: 'Di bawah “Manage”. Tanpa “messages” tidak ada pesan masuk; yang lain membawa perubahan dan kabar.'
      }
    },
    {
      label: { en: 'Subscribe the app', id: 'Langganan aplikasi' },
      value: subscription(settings.apiUrl, settings.apiVersion, settings.wabaId),
      hint: {
        en: 'Only if the check asks for it: run it once in a terminal, with your token instead of TOKEN.',
        id: 'Hanya bila diminta hasil pemeriksaan: jalankan sekali di terminal, ganti TOKEN dengan token Anda.'
      }
    }
  ]
}

/** How an owner sends the first message; the address is the number as Meta shows it. */
export function firstMessageOf({ address }: AccountFacts): { text: Text; url?: string } {
  const digits = address?.replaceAll(/\D/g, '') ?? ''
  if (digits === '') {
    return {
      text: {
        en: 'Write to your number from another phone.',
        id: 'Kirim pesan ke nomor Anda dari ponsel lain.'
      }
    }
  }
  return {
    text: {
      en: `Write to +${digits} from your own WhatsApp.`,
      id: `Kirim pesan ke +${digits} dari WhatsApp Anda sendiri.`
    },
    url: `https://wa.me/${digits}`
  }
}

const subscription = (apiUrl: string, version: string, waba: string) =>
  `curl -X POST "${apiUrl}/${version}/${waba}/subscribed_apps" -H "Authorization: Bearer TOKEN"`
