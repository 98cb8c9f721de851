import { createHash, randomBytes } from 'node:crypto'
import type { OwnAccount, SettingsValues } from 'sapa/plugin-api'

/** What an owner does with the keys that sign sign-ins. */
export type KeyDeed = 'make' | 'end-old' | 'end-all'

export const keyDeedIn = (value: unknown): KeyDeed | null =>
  (['make', 'end-old', 'end-all'] as const).find(deed => deed === value) ?? null

/** The two keys of a widget; empty: there is none. */
export const keysOf = ({ settings }: OwnAccount) => ({
  current: String(settings['signKey'] ?? ''),
  before: String(settings['signKeyBefore'] ?? '')
})

/** Tells one key from another on a page, without telling the key. */
export const markOf = (key: string) =>
  key === '' ? 'none' : createHash('sha256').update(key).digest('hex').slice(0, 12)

/**
 * The key before stays good until it is ended, so that a site changes in peace. `seen` is the key that the
 * owner was shown: the same form sent twice makes one key.
 */
export function changeKeys(
  account: OwnAccount,
  deed: KeyDeed,
  seen: unknown
): { patch: SettingsValues; made: string | null } | null {
  const { current } = keysOf(account)
  if (deed === 'end-old') return { patch: { signKeyBefore: '' }, made: null }
  if (deed === 'end-all') return { patch: { signKey: '', signKeyBefore: '' }, made: null }
  if (seen !== markOf(current)) return null
  const made = randomBytes(32).toString('base64url')
  return { patch: { signKey: made, signKeyBefore: current }, made }
}
