import type { AccountContext, ChannelSession, OutboundStep } from 'sapa/plugin-api'
import { runChecks } from './config/checks.ts'
import { WebhookSeen } from './config/seen.ts'
import { readSettings } from './config/settings.ts'
import { watchToken } from './config/token-watch.ts'
import { Courtesy } from './courtesy.ts'
import { download } from './graph/download.ts'
import { askGraph } from './graph/request.ts'
import { receiveCall } from './hook/webhook.ts'
import type { Line } from './line.ts'
import { Pace } from './send/pace.ts'
import { send } from './send/send.ts'
import { listTemplates } from './template/list.ts'
import type { WhatsAppTools } from './tools.ts'

/** So long Meta may take to tell of a message whose answer was lost. */
const sightingMs = 10_000

/** One number while it is switched on. Nothing is connected: Meta calls us, and we call Meta. */
export async function openSession(
  tools: WhatsAppTools,
  account: AccountContext
): Promise<ChannelSession> {
  const { sapa, numbers, sightings } = tools
  const settings = readSettings(account.settings)
  const seen = new WebhookSeen(sapa.values, account.facts.id)
  const line: Line = { account, settings, ...tools, seen, fail: sapa.failure, now: Date.now }
  const courtesy = new Courtesy(line)
  await knowNumbers(tools)
  await tools.people.load(account.facts.id, line.now())
  numbers.set(settings, account.facts.id)
  account.state('connected')
  const { locale } = await sapa.business()
  const say = (key: string) => sapa.t(locale, key)
  const endWatch = watchToken(sapa, account)
  return {
    webhook: request => receiveCall(line, request),
    send: sender(line, say('list.title')),
    media: (ref, signal) => download(line, ref, signal),
    templates: signal => listTemplates(line, say, signal),
    typing: (thread, isTyping, signal) => courtesy.typing(thread, isTyping, signal),
    markRead: (thread, signal) => courtesy.markRead(thread, signal),
    checks: (signal, report) => runChecks({ sapa, account, seen }, signal, report),
    async findSent(clientRef, signal) {
      const remoteId = await sightings.find(clientRef, sightingMs, signal)
      return remoteId === null ? null : { remoteId }
    },
    health: signal => look(line, signal),
    async close() {
      endWatch()
      numbers.delete(settings, account.facts.id)
    }
  }
}

/** A call may come for a number whose line is opened a moment later. */
async function knowNumbers({ sapa, numbers }: WhatsAppTools): Promise<void> {
  for (const { id, isEnabled, settings } of await sapa.accounts.list()) {
    if (isEnabled) numbers.set(readSettings(settings), id)
  }
}

function sender(line: Line, listTitle: string): ChannelSession['send'] {
  const pace = new Pace(line)
  return async (step: OutboundStep) => {
    try {
      const result = await send(line, step, listTitle)
      pace.taken(step.to.value)
      return result
    } catch (error) {
      throw pace.failed(step.to.value, error)
    }
  }
}

async function look(line: Line, signal: AbortSignal): Promise<{ isOk: boolean; detail?: string }> {
  try {
    const { phoneNumberId } = line.settings
    await askGraph(line, { path: phoneNumberId, query: { fields: 'id' }, signal })
    return { isOk: true }
  } catch (error) {
    return { isOk: false, detail: (error as Error).message }
  }
}
