import type { Account } from '../channel/table.ts'
import { storedForm } from '../channel/account-settings.ts'
import type { Translator } from '../i18n/words.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import { emptyForm } from '../plugin-host/form.ts'
import { formFields, type FormField } from '../plugin-host/form-fields.ts'
import type { Sapa } from '../sapa.ts'
import type { Problem } from '../web/errors.ts'
import { addressField, historyChoices } from './account-input.ts'

/** A field in its place: hidden while another field says so. */
export interface PlacedField {
  field: FormField
  when: { field: string; is: string } | null
  isHidden: boolean
  /** Its change asks for suggestions. */
  isSuggesting: boolean
}

export interface FormSection {
  heading: string | null
  isAdvanced: boolean
  hasProblem: boolean
  /** One field, or a text with its number beside it, such as a server with its port. */
  rows: PlacedField[][]
}

export interface AccountForm {
  type: string
  look: ChannelLook
  id: number | null
  sections: FormSection[]
  name: string
  acknowledgement: string
  history: string
  historyChoices: { value: string; label: string }[]
  canProbe: boolean
  problem: Problem | null
}

export interface Typed {
  account?: Account
  body?: Record<string, unknown>
  problem?: Problem
}

/** The form of an account in the reader's language, with what was typed when it comes back. */
export function accountForm(
  { channels }: Pick<Sapa, 'channels'>,
  definition: ChannelDefinition,
  words: Translator,
  { account, body, problem }: Typed = {}
): AccountForm {
  const text = (name: string, otherwise: string) =>
    body && typeof body[name] === 'string' ? body[name] : otherwise
  return {
    type: definition.type,
    look: channelLook(channels, definition.type, words.locale),
    id: account?.id ?? null,
    sections: sectionsOf(definition, words, { account, body, problem } as Typed),
    name: text('account-name', account?.name ?? ''),
    acknowledgement: text('account-acknowledgement', account?.acknowledgement ?? ''),
    history: text('account-history', '30'),
    historyChoices: [
      { value: '', label: words.t('account.history.none') },
      ...historyChoices.map(days => ({
        value: String(days),
        label: words.t('account.history.days', { n: days })
      }))
    ],
    canProbe: definition.probe !== undefined,
    problem: problem ?? null
  }
}

/** The same fields placed, for parts that bring only some of them. */
export function placeFields(
  definition: ChannelDefinition,
  words: Translator,
  typed: Typed
): PlacedField[] {
  return sectionsOf(definition, words, typed).flatMap(section => section.rows.flat())
}

function sectionsOf(
  definition: ChannelDefinition,
  words: Translator,
  { account, body, problem }: Typed
): FormSection[] {
  const { settings: schema, suggest } = definition
  const stored = account ? storedForm(account) : emptyForm
  const state = { ...(body && { body }), ...(problem && { problems: problem.fields }) }
  const groups = formFields(schema, stored, words.locale, state)
  const values = new Map(
    groups.flatMap(group => group.fields.map(field => [field.name, String(field.value)]))
  )
  const asking = addressField(schema)
  const place = (field: FormField): PlacedField => {
    const { when } = field
    const isShown = !when || when.is.some(wanted => String(wanted) === values.get(when.field))
    return {
      // Nearly all are: the required ones say so when they are missing.
      field: { ...field, isOptional: false },
      when: when ? { field: when.field, is: when.is.join(' ') } : null,
      isHidden: !isShown,
      isSuggesting: suggest !== undefined && field.name === asking
    }
  }
  return groups.map(({ heading, isAdvanced, fields }, index) => ({
    // The page's own heading stands above the first.
    heading: index === 0 ? null : heading,
    isAdvanced,
    hasProblem: fields.some(field => field.error !== undefined),
    rows: paired(fields.map(place))
  }))
}

/** A port stands beside its server. */
function paired(fields: PlacedField[]): PlacedField[][] {
  const rows: PlacedField[][] = []
  for (const placed of fields) {
    const before = rows.at(-1)
    const isPair =
      placed.field.type === 'number' && before?.length === 1 && before[0]?.field.type === 'text'
    if (isPair) before.push(placed)
    else rows.push([placed])
  }
  return rows
}
