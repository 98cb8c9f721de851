/** `show` and `hide` are path patterns with `*`; with `://` in it a pattern is for the whole address. */
export function isAllowed(rules: { show: string[]; hide: string[] }, address: Location): boolean {
  const fits = (pattern: string) =>
    matches(pattern, pattern.includes('://') ? address.href : address.pathname)
  if (rules.hide.some(fits)) return false
  return rules.show.length === 0 || rules.show.some(fits)
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split(/\*+/).map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(text)
}
