import type { AccountContext } from 'sapa/plugin-api'
import { call } from '../api/call.ts'
import { askFailure } from '../api/failure.ts'
import { readSettings } from '../settings.ts'
import { lineOf, type TelegramTools } from '../tools.ts'
import type { WebhookState } from './hook.ts'

/** Ends Telegram's calls to us. What waits stays with Telegram; a webhook of somebody else does too. */
export async function leaveBot(tools: TelegramTools, account: AccountContext): Promise<void> {
  const settings = readSettings(account.settings)
  if (!settings.hasWebhook) return
  const line = { ...lineOf(tools, settings), fetch: account.fetch }
  const { signal } = account
  try {
    const { url } = await call<WebhookState>(line, 'getWebhookInfo', {}, { signal })
    if (url !== account.webhookUrl) return
    await call(line, 'deleteWebhook', { drop_pending_updates: false }, { signal })
  } catch (error) {
    throw askFailure(tools.sapa.failure, error)
  }
}
