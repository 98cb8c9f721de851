/** Everything the owner can choose for the whole installation. */
export interface Settings {
  businessName: string
  locale: 'id' | 'en'
  /** How phone numbers without a country code are read: two letters. */
  country: string
  timeZone: string
  /** An open conversation of the same customer on another channel goes on within this time. */
  continuityHours: number
  /** A closed conversation is reopened by its customer within this time. */
  reopenDays: number
  /** Raw items are kept for this time. */
  journalDays: number
  /** For agents without a choice of their own. */
  undoSeconds: number
  /** Who is written to when an account or a plugin needs attention. Empty: the owners. */
  noticeRecipients: string[]
  showsRemoteImages: boolean
  /** Customers are told that a message was read, where their channel can show it. */
  showsRead: boolean
  /** Hosts that plugins may reach although their addresses are private: `host` or `host:port`. */
  privateHosts: string[]
}

interface Rule<Value> {
  default: Value
  fits: (value: unknown) => boolean
}

/** Written by hand: loading a schema validator takes longer than everything else here. */
export const rules: { [Key in keyof Settings]: Rule<Settings[Key]> } = {
  businessName: { default: '', fits: isText(0, 120) },
  locale: { default: 'id', fits: value => value === 'id' || value === 'en' },
  country: { default: 'ID', fits: value => /^[A-Z]{2}$/.test(String(value)) },
  timeZone: { default: 'Asia/Jakarta', fits: isTimeZone },
  continuityHours: { default: 72, fits: isWhole(0, 8760) },
  reopenDays: { default: 7, fits: isWhole(0, 3650) },
  journalDays: { default: 30, fits: isWhole(1, 3650) },
  undoSeconds: { default: 10, fits: isWhole(0, 120) },
  noticeRecipients: { default: [], fits: isList(20, /^[^\s@]+@[^\s@]+$/) },
  showsRemoteImages: { default: false, fits: value => typeof value === 'boolean' },
  showsRead: { default: true, fits: value => typeof value === 'boolean' },
  privateHosts: { default: [], fits: isList(50, /^[^\s/]+$/) }
}

export const settingKeys = Object.keys(rules) as (keyof Settings)[]

function isText(min: number, max: number) {
  return (value: unknown) => typeof value === 'string' && value.length >= min && value.length <= max
}

function isWhole(min: number, max: number) {
  return (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

function isList(max: number, pattern: RegExp) {
  const isEntry = (entry: unknown) => isText(1, 254)(entry) && pattern.test(String(entry))
  return (value: unknown) => Array.isArray(value) && value.length <= max && value.every(isEntry)
}

function isTimeZone(value: unknown): boolean {
  try {
    return isText(1, 64)(value) && Boolean(Intl.DateTimeFormat('en', { timeZone: String(value) }))
  } catch {
    return false
  }
}
