import type { AccountContext, ChannelSession } from 'sapa/plugin-api'
import { call } from '../api/call.ts'
import { askFailure } from '../api/failure.ts'
import { checkBot } from '../checks.ts'
import { placeOf, parametersOf } from '../place.ts'
import { sendStep } from '../send/step.ts'
import { botIdOf, readSettings } from '../settings.ts'
import { lineOf, type Me, type TelegramTools } from '../tools.ts'
import { Choices } from './choices.ts'
import { openMedia } from './media.ts'
import { Poller } from './poll.ts'
import { Hook } from './hook.ts'

/** One bot while its account is switched on. */
export async function openSession(
  tools: TelegramTools,
  account: AccountContext
): Promise<ChannelSession> {
  const { sapa, readers } = tools
  const { id } = account.facts
  const settings = readSettings(account.settings)
  const bot = botIdOf(settings.token)
  await tools.learnLocale()
  if (bot === null) throw sapa.failure('auth', tools.say('state.token'), { code: 'token' })
  const reader = readers.get(bot)
  if (reader !== undefined && reader !== id) {
    throw sapa.failure('auth', tools.say('state.twin'), { code: 'twin' })
  }
  readers.set(bot, id)
  const line = { ...lineOf(tools, settings), fetch: account.fetch }
  const choices = await Choices.open(sapa.values, id)
  const way = { tools, account, line, choices, settings }
  const poller = new Poller(way)
  const hook = settings.hasWebhook ? new Hook(way) : null
  return {
    poll: (cursor, signal) => (hook ?? poller).poll(cursor, signal),
    ...(hook ? { webhook: request => hook.receive(request) } : {}),
    send: step => sendStep({ line, choices, fail: sapa.failure }, step),
    media: (ref, signal) => openMedia(line, sapa.failure, ref, signal),
    async typing({ to, threadKey }, isTyping, signal) {
      // What is shown ends by itself after some seconds.
      if (!isTyping) return
      const place = parametersOf(placeOf(to, threadKey))
      await call(line, 'sendChatAction', { ...place, action: 'typing' }, { signal }).catch(
        (error: unknown) => {
          throw askFailure(sapa.failure, error)
        }
      )
    },
    async health(signal) {
      try {
        await call<Me>(line, 'getMe', {}, { signal })
        return { isOk: true }
      } catch (error) {
        return { isOk: false, detail: askFailure(sapa.failure, error).message }
      }
    },
    checks: (signal, report) => checkBot(way, signal, report),
    async close() {
      if (readers.get(bot) === id) readers.delete(bot)
    }
  }
}
