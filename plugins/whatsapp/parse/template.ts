import type { InboundEvent, TemplateChange } from 'sapa/plugin-api'
import type { Change } from './index.ts'
import { textOf } from './loose.ts'

const states: Record<string, TemplateChange['state']> = {
  APPROVED: 'approved',
  REINSTATED: 'approved',
  PENDING: 'pending',
  IN_APPEAL: 'pending',
  PENDING_DELETION: 'disabled',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  // It is still sent; Meta only warns.
  FLAGGED: 'approved',
  DISABLED: 'disabled',
  DELETED: 'disabled',
  ARCHIVED: 'disabled',
  LIMIT_EXCEEDED: 'paused'
}

export const templateState = (word: string): TemplateChange['state'] =>
  (Object.hasOwn(states, word.toUpperCase()) ? states[word.toUpperCase()] : undefined) ?? 'pending'

/** Meta has decided about a template. */
export function readTemplateField({ value, at, key }: Change): InboundEvent[] {
  const name = textOf(value['message_template_name'])
  const language = textOf(value['message_template_language'])
  const word = textOf(value['event'])
  if (name === '' || word === '') throw new Error('The news of a template name none')
  const reason = textOf(value['reason'])
  const why = reason !== '' && reason !== 'NONE' && { reason }
  return [{ type: 'template', key, at, name, language, state: templateState(word), ...why }]
}
