import type { AccountFacts } from 'sapa/plugin-api'

/** Lines of a list setting, lower case; a single text counts as a list parted by commas. */
export function listSetting(account: AccountFacts, name: string): string[] {
  const value = account.settings[name]
  const lines = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
  return lines.map(line => line.trim().toLowerCase()).filter(line => line !== '')
}
