import type { Channels } from '../../channel/registry.ts'
import type { ReplyChoice } from '../../conversation/reply/list-routes.ts'
import type { Text } from '../../plugin-api/manifest.ts'

/** Why an address cannot be written to, in the reader's language; null when nobody has said. */
export function unreachableReason(
  channels: Channels,
  { account, unreachableReason: stored }: Pick<ReplyChoice, 'account' | 'unreachableReason'>,
  locale: 'en' | 'id'
): string | null {
  if (!stored) return null
  const said = wordsIn(stored)
  if (said) return withoutStop(said[locale])
  const [code = ''] = stored.split(' ', 1)
  return withoutStop(channels.get(account.type)?.reasons?.[code]?.[locale] ?? stored)
}

/** A channel that has told it in words has told it in both languages. */
function wordsIn(stored: string): Text | null {
  if (!stored.startsWith('{')) return null
  try {
    const { en, id } = JSON.parse(stored) as Partial<Text>
    return typeof en === 'string' && typeof id === 'string' ? { en, id } : null
  } catch {
    return null
  }
}

/** It stands inside of other sentences. */
const withoutStop = (text: string): string => text.replace(/\.$/, '')
