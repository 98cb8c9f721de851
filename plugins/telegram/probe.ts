import type { ProbeResult, ProbeStep, SettingsValues, Text } from 'sapa/plugin-api'
import { call, NoAnswer, Refusal } from './api/call.ts'
import { botIdOf, readSettings } from './settings.ts'
import { lineOf, type Me, type TelegramTools } from './tools.ts'

/** "Test connection": asks Telegram who the bot is. */
export async function probeBot(
  tools: TelegramTools,
  values: SettingsValues,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<ProbeResult> {
  const settings = readSettings(values)
  const startedAt = Date.now()
  report({ step: 'token', state: 'running' })
  if (botIdOf(settings.token) === null) {
    report({ step: 'token', state: 'failed', field: 'token', ...noToken })
    return { isOk: false }
  }
  try {
    const {
      id,
      first_name: name,
      username
    } = await call<Me>(
      lineOf(tools, settings),
      'getMe',
      {},
      {
        ...{ signal, timeoutMs: 15_000 }
      }
    )
    const shown = `${name} (@${username})`
    const detail = { en: `This is ${shown}`, id: `Ini ${shown}` }
    report({ step: 'token', state: 'ok', ms: Date.now() - startedAt, detail })
    return { isOk: true, name, address: `@${username}`, externalId: String(id) }
  } catch (error) {
    report({ step: 'token', state: 'failed', ms: Date.now() - startedAt, ...troubleOf(error) })
    return { isOk: false }
  }
}

interface Trouble {
  detail: Text
  remedy: Text
  field: string
}

const noToken = {
  detail: { en: 'This is no token of a bot', id: 'Ini bukan token bot' },
  remedy: {
    en: 'Copy all of it from @BotFather: numbers, a colon, then 35 signs',
    id: 'Salin seluruhnya dari @BotFather: angka, titik dua, lalu 35 karakter'
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Refusal && (error.status === 401 || error.status === 404)) {
    return {
      field: 'token',
      detail: { en: 'Telegram does not accept this token', id: 'Telegram menolak token ini' },
      remedy: {
        en: 'Write /token to @BotFather and paste what it answers',
        id: 'Kirim /token ke @BotFather, lalu tempel jawabannya'
      }
    }
  }
  const reason = error instanceof NoAnswer || error instanceof Refusal ? error.message : ''
  return {
    field: 'apiUrl',
    detail: {
      en: `Telegram could not be reached: ${reason}`,
      id: `Telegram tidak dapat dihubungi: ${reason}`
    },
    remedy: {
      en: 'Check that this server can open https addresses, and the address of the Bot API',
      id: 'Pastikan server ini dapat membuka alamat https, dan periksa alamat Bot API'
    }
  }
}
