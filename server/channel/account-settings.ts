import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { SettingsSchema, SettingsValues } from '../plugin-api/settings.ts'
import type { Account } from './table.ts'

/** Two columns of the account's row: plain values, and sealed ones by field. */
export interface StoredSettings {
  settings: string
  secrets: string
}

/** The part of `SecretBox` that accounts need. */
export interface Sealer {
  seal(text: string): string
  open(sealed: string): string
}

/** What is needed to read or write an account's form. */
export interface AccountTools {
  channels: { get(type: string): ChannelDefinition | undefined }
  secrets: Sealer
}

/** Values without secrets. */
export function plainSettings(account: Pick<Account, 'settings'>): SettingsValues {
  return JSON.parse(account.settings) as SettingsValues
}

/** Values with secrets decrypted; for the channel only. */
export function openSettings(account: StoredSettings, secrets: Sealer): SettingsValues {
  const sealed = JSON.parse(account.secrets) as Record<string, string>
  const opened = Object.entries(sealed).map(([field, text]) => [field, secrets.open(text)])
  return { ...plainSettings(account), ...(Object.fromEntries(opened) as SettingsValues) }
}

/** `patch` over what is stored. A secret set to the empty string or undefined is forgotten. */
export function storeSettings(
  schema: SettingsSchema,
  patch: SettingsValues,
  stored: StoredSettings,
  secrets: Sealer
): StoredSettings {
  const plain = plainSettings(stored)
  const sealed = JSON.parse(stored.secrets) as Record<string, string>
  for (const [field, value] of Object.entries(patch)) {
    if (schema[field]?.type !== 'secret') plain[field] = value
    else if (typeof value === 'string' && value !== '') sealed[field] = secrets.seal(value)
    else delete sealed[field]
  }
  return { settings: JSON.stringify(plain), secrets: JSON.stringify(sealed) }
}
