import type { Inventory } from '../plugin-host/install/inventory.ts'
import type { Uninstalled } from '../plugin-host/install/uninstall.ts'
import { ask } from './plugin-errand.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

interface RemoveOptions {
  keep?: boolean
  delete?: boolean
}

/** Takes a plugin away that is off. What happens to its data must be said. */
export async function removePlugin(id: string, options: RemoveOptions): Promise<void> {
  if (options.keep === options.delete) {
    const { value } = await ask<Inventory>({ verb: 'inventory', id })
    throw new Refusal(`Say --keep or --delete. ${id} has stored ${stored(value)}.`)
  }
  const data = options.delete ? 'delete' : 'keep'
  const { value } = await ask<Uninstalled>({ verb: 'remove', id, data })
  const kept = 'Its settings and tables are kept.'
  say(`${id} was removed. ${value.backup ? `A copy of its data: ${value.backup}` : kept}`)
}

function stored({ tables, settings, values, jobs }: Inventory): string {
  return [
    ...tables.map(({ name, rows }) => `${rows} rows in ${name}`),
    ...[`${settings} settings`, `${values} values`, `${jobs} jobs`]
  ].join(', ')
}
