/** One line of at most 140 characters for the list. */
export function preview(text: string): string {
  const line = text.slice(0, 1000).replace(/\s+/g, ' ').trim()
  return line.length <= 140 ? line : `${line.slice(0, 139).trimEnd()}…`
}
