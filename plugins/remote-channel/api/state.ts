import { isOneOf, ItemError, objectOf, optional } from '../item.ts'
import type { Word } from '../presence.ts'
import { wordKey } from '../session.ts'
import type { RemoteTools } from '../tools.ts'
import { bodyOf, json, type Answer } from './answer.ts'

const states = ['connected', 'delayed', 'needs_attention'] as const

/** For the program's own monitoring. */
export const describe =
  (): Answer =>
  async (_request, { presence, queue, settings }, account) => {
    const { state, reason } = presence.state
    const limits = { maxLength: settings.maxLength, maxBytes: settings.maxBytes }
    const figures = { ...queue.figures, polls: presence.polls }
    return json(200, { account, state, reason, ...figures, limits, now: Date.now() })
  }

/** How the program itself is: with `needs_attention` agents see why, and steps wait. */
export const hearState =
  ({ sapa }: RemoteTools): Answer =>
  async (request, { presence }, account) => {
    const body = objectOf(bodyOf(request), 'body')
    const { state } = body
    if (!isOneOf(states, state)) {
      throw new ItemError('invalid', 'state', `state must be one of ${states.join(', ')}`)
    }
    const word: Word = { state, reason: optional(body, 'reason', 300) }
    await sapa.values.set(wordKey(account), JSON.stringify(word))
    presence.say(word)
    return json(200, { state })
  }
