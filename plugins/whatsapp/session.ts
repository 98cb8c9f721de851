import type { AccountContext, ChannelSession } from 'sapa/plugin-api'
import { readSettings } from './config/settings.ts'
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
  const line: Line = { account, settings, numbers, fail: sapa.failure, now: Date.now }
  numbers.set(settings, account.facts.id)
  account.state('connected')
  const { locale } = await sapa.business()
  const listTitle = sapa.t(locale, 'list.title')
  return {
    webhook: request => receiveCall(line, request),
    send: step => send(line, step, listTitle),
    media: (ref, signal) => download(line, ref, signal),
    async health(signal) {
      try {
        await askGraph(line, { path: settings.phoneNumberId, query: { fields: 'id' }, signal })
        return { isOk: true }
      } catch (error) {
        return { isOk: false, detail: (error as Error).message }
      }
    },
    async close() {
      numbers.delete(settings, account.facts.id)
    }
  }
}
