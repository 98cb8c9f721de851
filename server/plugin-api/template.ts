import type { Text } from './manifest.ts'

/** A message that the provider has approved beforehand. Name and language together name it. */
export interface MessageTemplate {
  name: string
  /** As the provider writes it, such as `id` or `en_US`. */
  language: string
  category: 'marketing' | 'utility' | 'authentication' | 'other'
  state: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled'
  /** Why it is not approved, in the provider's words. */
  reason?: string
  /** Line above the text; it may hold fields as `body` does. */
  header?: string
  /** With a field where `{{key}}` stands. */
  body: string
  footer?: string
  /** Titles of its buttons. */
  buttons?: string[]
  fields: TemplateField[]
  /** Set when this kind cannot be sent from Sapa, such as one with a carousel. */
  cannotSend?: string
}

export interface TemplateField {
  /** As in `{{key}}`; unique in the template. */
  key: string
  part: 'header' | 'body' | 'button'
  /** `link`: an `https` address of a picture or a file for the header. */
  type: 'text' | 'link'
  /** What to fill in, where the key stands in no text that agents see. */
  label?: Text
  example?: string
}

/** A template with all of its fields. */
export interface FilledTemplate {
  name: string
  language: string
  /** By `TemplateField.key`. */
  values: Record<string, string>
}
