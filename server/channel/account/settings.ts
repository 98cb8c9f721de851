import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { SettingsValues } from '../../plugin-api/settings.ts'
import { openForm, type StoredForm } from '../../plugin-host/form/form.ts'
import type { SecretBox } from '../../secret/box.ts'
import type { Account } from '../table.ts'

/** What is needed to read or write an account's form. */
export interface AccountTools {
  channels: { get(type: string): ChannelDefinition | undefined }
  secrets: Pick<SecretBox, 'seal' | 'open'>
}

/** Two columns of the account's row: plain values, and sealed ones by field. */
type Columns = Pick<Account, 'settings' | 'secrets'>

/** The form as it is stored, for `readForm` and for showing it. */
export function storedForm(account: Columns): StoredForm {
  return {
    settings: JSON.parse(account.settings) as StoredForm['settings'],
    secrets: JSON.parse(account.secrets) as StoredForm['secrets']
  }
}

/** What the row gets: the form, and what the channel can do with it. */
export function columnsOf(definition: ChannelDefinition, form: StoredForm, tools: AccountTools) {
  const columns = { settings: JSON.stringify(form.settings), secrets: JSON.stringify(form.secrets) }
  const capabilities = definition.capabilities(openSettings(definition, columns, tools.secrets))
  return { ...columns, capabilities: JSON.stringify(capabilities) }
}

/** Values with defaults filled in and secrets opened; for the channel only. */
export function openSettings(
  definition: ChannelDefinition,
  account: Columns,
  secrets: AccountTools['secrets']
): SettingsValues {
  return openForm(definition.settings, storedForm(account), secrets)
}

/** What a channel has learned about itself: rotated tokens, found settings. An empty secret is forgotten. */
export function patchForm(
  definition: ChannelDefinition,
  stored: StoredForm,
  patch: SettingsValues,
  secrets: AccountTools['secrets']
): StoredForm {
  const form = { settings: { ...stored.settings }, secrets: { ...stored.secrets } }
  for (const [field, value] of Object.entries(patch)) {
    if (definition.settings[field]?.type !== 'secret') form.settings[field] = value
    else if (typeof value === 'string' && value !== '') form.secrets[field] = secrets.seal(value)
    else delete form.secrets[field]
  }
  return form
}
