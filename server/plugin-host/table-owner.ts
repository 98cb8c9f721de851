/** How the tables of a plugin begin. */
export const prefixOf = (id: string) => `${id.replaceAll('-', '_')}_`

/** Tables of `poin-plus` begin like those of `poin`, but are not its. `known`: the ids of all plugins. */
export function isOwnTable(table: string, id: string, known: Iterable<string>): boolean {
  const name = table.toLowerCase()
  const own = prefixOf(id)
  if (!name.startsWith(own)) return false
  for (const other of known) {
    const prefix = prefixOf(other)
    if (prefix.length > own.length && prefix.startsWith(own) && name.startsWith(prefix))
      return false
  }
  return true
}
