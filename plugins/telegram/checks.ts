import type { ProbeStep, Text } from 'sapa/plugin-api'
import { call, Refusal } from './api/call.ts'
import { askFailure } from './api/failure.ts'
import { isFailing, type WebhookState } from './line/hook.ts'
import type { Way } from './line/way.ts'
import type { Me } from './tools.ts'

type Found = Omit<ProbeStep, 'step' | 'ms'>

/** What an owner may have got wrong at Telegram's. */
export async function checkBot(
  way: Way,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<void> {
  const { line, settings, tools } = way
  const steps: Record<string, () => Promise<Found>> = {
    token: async () => botOf(await call<Me>(line, 'getMe', {}, { signal })),
    webhook: async () =>
      webhookOf(way, await call<WebhookState>(line, 'getWebhookInfo', {}, { signal })),
    ...(settings.hasGroups && {
      privacy: async () => privacyOf(await call<Me>(line, 'getMe', {}, { signal }))
    })
  }
  for (const [step, check] of Object.entries(steps)) {
    const startedAt = Date.now()
    report({ step, state: 'running' })
    const found = await check().catch((error: unknown) =>
      refusedOf(error, askFailure(tools.sapa.failure, error).message)
    )
    report({ step, ms: Date.now() - startedAt, ...found })
  }
}

const same = (text: string): Text => ({ en: text, id: text })

function botOf({ first_name, username }: Me): Found {
  return { state: 'ok', detail: same(`${first_name} (@${username})`) }
}

function webhookOf({ settings, account }: Way, state: WebhookState): Found {
  const isOurs = state.url === account.webhookUrl
  if (!settings.hasWebhook) return state.url ? foreign : { state: 'ok', detail: fetched }
  if (!isOurs) return foreign
  if (!isFailing(state)) return { state: 'ok', detail: called }
  const { last_error_message: reason = '', pending_update_count: waiting = 0 } = state
  return {
    state: 'failed',
    detail: {
      en: `Telegram cannot reach Sapa: ${reason} (${waiting} waiting)`,
      id: `Telegram tidak dapat menghubungi Sapa: ${reason} (${waiting} menunggu)`
    },
    remedy: {
      en: 'The public address needs a valid certificate and port 443, 80, 88 or 8443. Or let Sapa fetch the messages.',
      id: 'Alamat publik perlu sertifikat yang sah dan port 443, 80, 88, atau 8443. Atau biarkan Sapa mengambil pesan.'
    }
  }
}

const fetched: Text = { en: 'Sapa fetches the messages', id: 'Sapa mengambil pesan' }
const called: Text = { en: 'Telegram calls Sapa', id: 'Telegram memanggil Sapa' }

const foreign: Found = {
  state: 'failed',
  detail: {
    en: 'Another program receives the messages of this bot',
    id: 'Program lain menerima pesan bot ini'
  },
  remedy: {
    en: 'End the other program, or give it a bot of its own. Sapa takes the bot over at the next start of the account.',
    id: 'Hentikan program itu, atau beri bot tersendiri. Sapa mengambil alih bot saat akun dimulai lagi.'
  }
}

function privacyOf({ can_read_all_group_messages: seesAll }: Me): Found {
  if (seesAll) return { state: 'ok' }
  return {
    state: 'warning',
    detail: {
      en: 'In groups the bot only sees what is written to it',
      id: 'Di grup, bot hanya melihat pesan yang ditujukan kepadanya'
    },
    remedy: {
      en: 'To see everything: /setprivacy, Disable at @BotFather, then add the bot to the group again',
      id: 'Agar semua terlihat: /setprivacy, Disable di @BotFather, lalu tambahkan lagi bot ke grup'
    }
  }
}

function refusedOf(error: unknown, reason: string): Found {
  const isToken = error instanceof Refusal && (error.status === 401 || error.status === 404)
  return {
    state: 'failed',
    detail: same(reason),
    ...(isToken && {
      field: 'token',
      remedy: {
        en: 'Write /token to @BotFather and paste what it answers',
        id: 'Kirim /token ke @BotFather, lalu tempel jawabannya'
      }
    })
  }
}
