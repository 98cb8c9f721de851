import type { Channels } from '../registry.ts'
import type { Account } from '../table.ts'

/** The page of the plugin that takes the place of the account's form; null without one. */
export function ownPage(
  channels: Pick<Channels, 'get' | 'ownerOf'>,
  { id, type }: Pick<Account, 'id' | 'type'>
): string | null {
  return addressOf(channels, { id, type }, channels.get(type)?.accountPage)
}

/** Whether a page of a plugin is such a one: it belongs to the settings then. */
export function isOwnPage(
  channels: Pick<Channels, 'list' | 'ownerOf'>,
  { plugin, path }: { plugin: string; path: string }
): boolean {
  return channels
    .list()
    .some(({ type, accountPage }) => accountPage === path && channels.ownerOf(type) === plugin)
}

/** Where an owner tries the account as a customer would; null where that needs the provider. */
export function tryPage(
  channels: Pick<Channels, 'get' | 'ownerOf'>,
  { id, type }: Pick<Account, 'id' | 'type'>
): string | null {
  return addressOf(channels, { id, type }, channels.get(type)?.tryPage)
}

function addressOf(
  channels: Pick<Channels, 'ownerOf'>,
  { id, type }: Pick<Account, 'id' | 'type'>,
  page: string | undefined
): string | null {
  return page === undefined ? null : `/p/${channels.ownerOf(type)}${page}?account=${id}`
}
