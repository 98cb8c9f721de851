import { webhookUrl } from '../channel/line/context.ts'
import type { Account } from '../channel/table.ts'
import { storedForm } from '../channel/account/settings.ts'
import type { Translator } from '../i18n/words.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import { emptyForm } from '../plugin-host/form/form.ts'
import type { Sapa } from '../sapa.ts'
import type { Problem } from '../web/errors.ts'
import { addressField, historyChoices } from './account-input.ts'
import { formSections, type FormSection, type PlacedField } from './form-sections.ts'

export interface AccountForm {
  type: string
  look: ChannelLook
  id: number | null
  sections: FormSection[]
  name: string
  acknowledgement: string
  history: string
  /** Empty: there is nothing older. */
  historyChoices: { value: string; label: string }[]
  canProbe: boolean
  /** Where its provider calls; null when it does not. */
  webhook: { id: string; label: string; value: string; hint: string } | null
  problem: Problem | null
}

export interface Typed {
  account?: Account
  body?: Record<string, unknown>
  problem?: Problem
}

/** The form of an account in the reader's language, with what was typed when it comes back. */
export function accountForm(
  { channels, config }: Pick<Sapa, 'channels' | 'config'>,
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
    historyChoices: historyOf(definition, words),
    canProbe: definition.probe !== undefined,
    webhook: definition.hasWebhook && account ? webhookOf(config.publicUrl, account, words) : null,
    problem: problem ?? null
  }
}

/** A channel that waits for a first message, or asks on a page of its own, has no older ones to ask for. */
function historyOf({ firstMessage, accountPage }: ChannelDefinition, { t }: Translator) {
  if (firstMessage || accountPage) return []
  const ranges = historyChoices.map(days => ({
    value: String(days),
    label: t('account.history.days', { n: days })
  }))
  return [{ value: '', label: t('account.history.none') }, ...ranges]
}

function webhookOf(publicUrl: string, account: Account, { t }: Translator) {
  const text = { label: t('account.webhook'), hint: t('account.webhook_hint') }
  return { id: 'account-webhook', value: webhookUrl(publicUrl, account), ...text }
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
  { settings, suggest, accountPage }: ChannelDefinition,
  words: Translator,
  { account, body, problem }: Typed
): FormSection[] {
  // A new one gets what the form says by itself; its page is where it is filled in.
  if (accountPage && !account) return []
  const stored = account ? storedForm(account) : emptyForm
  const state = { ...(body && { body }), ...(problem && { problems: problem.fields }) }
  const asking = suggest ? addressField(settings) : undefined
  return formSections(settings, stored, words.locale, state, asking)
}
