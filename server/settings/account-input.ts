import type { SettingsSchema, SettingsValues } from '../plugin-api/settings.ts'
import { fromBrowser } from '../plugin-host/form/form.ts'

/** What the form of an account sends. Its own fields have a dash, which no field of a channel has. */
export interface AccountInput {
  name: string
  acknowledgement: string
  /** Take over what came in the last days; null: only what is new. */
  historyDays: number | null
  probeId: string
  form: SettingsValues
  /** The mailbox, number or handle that was typed. */
  address: string | undefined
}

export const historyChoices = [7, 30, 90] as const

export function readAccountInput(
  schema: SettingsSchema,
  body: Record<string, unknown>
): AccountInput {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name].trim() : '')
  const days = Number(text('account-history'))
  const form = fromBrowser(schema, body) as SettingsValues
  return {
    name: text('account-name').slice(0, 120),
    acknowledgement: text('account-acknowledgement').slice(0, 4000),
    historyDays: historyChoices.find(choice => choice === days) ?? null,
    probeId: text('account-probe'),
    form,
    address: addressIn(schema, form)
  }
}

/** What was typed into the field for the account's own address. */
export function addressIn(
  schema: SettingsSchema,
  form: Record<string, unknown>
): string | undefined {
  const name = addressField(schema)
  const typed = name === undefined ? undefined : form[name]
  return typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : undefined
}

/** The first field for a mail address is where customers write to. */
export function addressField(schema: SettingsSchema): string | undefined {
  return Object.entries(schema).find(([, { type: kind }]) => kind === 'email')?.[0]
}
