import type { RawItem } from 'sapa/plugin-api'
import type { Update } from '../api/update.ts'
import type { Choices } from './choices.ts'

/** The same key by whichever way it comes, so that a switch between the ways doubles nothing. */
export function itemOf(update: Update, choices: Choices): RawItem {
  const choice = choices.find(update.callback_query?.data)
  return {
    key: `u${update.update_id}`,
    body: Buffer.from(JSON.stringify(update)),
    ...(choice === undefined ? {} : { headers: { choice } })
  }
}
