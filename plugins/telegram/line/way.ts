import type { AccountContext } from 'sapa/plugin-api'
import { call, type Line } from '../api/call.ts'
import type { Update } from '../api/update.ts'
import type { BotSettings } from '../settings.ts'
import type { TelegramTools } from '../tools.ts'
import type { Choices } from './choices.ts'

/** What both ways in share. */
export interface Way {
  tools: TelegramTools
  account: AccountContext
  line: Line
  settings: BotSettings
  choices: Choices
}

/** Ends the waiting sign on the customer's button. Nothing depends on it. */
export function answerPresses({ line, account }: Way, updates: readonly Update[]): void {
  for (const { callback_query: query } of updates) {
    if (!query) continue
    const { signal } = account
    call(line, 'answerCallbackQuery', { callback_query_id: query.id }, { signal }).catch(
      (error: unknown) => account.log.debug({ reason: String(error) }, 'press not answered')
    )
  }
}
