import type { Channels } from './registry.ts'
import type { Account } from './table.ts'

/** The page of the plugin that takes the place of the account's form; null without one. */
export function ownPage(
  channels: Pick<Channels, 'get' | 'ownerOf'>,
  { id, type }: Pick<Account, 'id' | 'type'>
): string | null {
  const page = channels.get(type)?.accountPage
  return page === undefined ? null : `/p/${channels.ownerOf(type)}${page}?account=${id}`
}
