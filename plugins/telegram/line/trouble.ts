import type { ChannelFailure } from 'sapa/plugin-api'
import { askFailure } from '../api/failure.ts'
import type { TelegramTools } from '../tools.ts'

/** Why the line does not stand: its owner reads it beside the account. */
export function lineFailure({ sapa, say }: TelegramTools, error: unknown): ChannelFailure {
  const failure = askFailure(sapa.failure, error)
  if (failure.failure === 'auth') return sapa.failure('auth', say('state.refused'), failure.detail)
  if (failure.detail.code !== 'no_answer') return failure
  const words = say('state.noAnswer', { reason: failure.message })
  return sapa.failure('temporary', words, failure.detail)
}
