import type { AccountContext, ChannelSession } from 'sapa/plugin-api'
import { runChecks } from './config/checks.ts'
import { WebhookSeen } from './config/seen.ts'
import { readSettings } from './config/settings.ts'
import { watchToken } from './config/token-watch.ts'
import { download } from './graph/download.ts'
import { askGraph } from './graph/request.ts'
import { receiveCall } from './hook/webhook.ts'
import type { Line } from './line.ts'
import { send } from './send/send.ts'
import type { WhatsAppTools } from './tools.ts'

/** One number while it is switched on. Nothing is connected: Meta calls us, and we call Meta. */
export async function openSession(
  { sapa, numbers }: WhatsAppTools,
  account: AccountContext
): Promise<ChannelSession> {
  const settings = readSettings(account.settings)
  const seen = new WebhookSeen(sapa.values, account.facts.id)
  const line: Line = { account, settings, numbers, seen, fail: sapa.failure, now: Date.now }
  numbers.set(settings, account.facts.id)
  account.state('connected')
  const { locale } = await sapa.business()
  const listTitle = sapa.t(locale, 'list.title')
  const endWatch = watchToken(sapa, account)
  return {
    webhook: request => receiveCall(line, request),
    send: step => send(line, step, listTitle),
    media: (ref, signal) => download(line, ref, signal),
    checks: (signal, report) => runChecks({ sapa, account, seen }, signal, report),
    async health(signal) {
      try {
        await askGraph(line, { path: settings.phoneNumberId, query: { fields: 'id' }, signal })
        return { isOk: true }
      } catch (error) {
        return { isOk: false, detail: (error as Error).message }
      }
    },
    async close() {
      endWatch()
      numbers.delete(settings, account.facts.id)
    }
  }
}
