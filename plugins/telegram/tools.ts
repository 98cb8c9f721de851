import type { SapaContext } from 'sapa/plugin-api'
import type { Line } from './api/call.ts'
import type { BotSettings } from './settings.ts'

/** What the parts of the plugin share while it is switched on. */
export interface TelegramTools {
  sapa: SapaContext
  /** Which account reads which bot, so that two never fetch from the same one. */
  readers: Map<string, number>
  /** Names of the bots that have answered, by account. */
  names: Map<number, string>
  /** A text in the language of the business. */
  say(key: string, values?: Record<string, string | number>): string
  /** Learns the language of the business anew. */
  learnLocale(): Promise<void>
}

export function telegramTools(sapa: SapaContext): TelegramTools {
  let locale = 'en'
  return {
    sapa,
    readers: new Map(),
    names: new Map(),
    say: (key, values) => sapa.t(locale, key, values),
    async learnLocale() {
      locale = (await sapa.business()).locale
    }
  }
}

export const lineOf = ({ sapa }: TelegramTools, { token, apiUrl }: BotSettings): Line => ({
  ...{ token, apiUrl, fetch: sapa.fetch }
})

export interface Me {
  id: number
  first_name: string
  username: string
  can_read_all_group_messages?: boolean
}
