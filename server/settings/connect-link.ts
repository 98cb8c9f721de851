import { storedForm } from '../channel/account/settings.ts'
import type { Channels } from '../channel/registry.ts'
import type { Account } from '../channel/table.ts'
import { inLocale } from '../plugin-host/form/fields.ts'

export interface ShownLink {
  label: string
  href: string
}

/** Where a saved account is signed in at its provider, as its channel says. */
export function connectLinks(
  channels: Channels,
  account: Pick<Account, 'id' | 'type' | 'settings' | 'secrets'>,
  locale: string
): ShownLink[] {
  const { settings } = storedForm(account)
  const plugin = channels.ownerOf(account.type)
  const links = channels.get(account.type)?.connect ?? []
  return links
    .filter(({ when }) => !when || when.is.some(wanted => wanted === settings[when.field]))
    .map(({ label, path }) => ({
      label: inLocale(label, locale),
      href: `/p/${plugin}${path}?account=${account.id}`
    }))
}
