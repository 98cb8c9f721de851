import { listTemplates, isUsable, previewTemplate } from '../../channel/template/list.ts'
import { conflict } from '../../errors.ts'
import type { FilledTemplate, MessageTemplate } from '../../plugin-api/template.ts'
import type { Sapa } from '../../sapa.ts'
import type { Reader } from '../reader.ts'
import { languageName } from './template-list.ts'
import type { Call } from '../whole-page.ts'

/** View data of one template that is being filled in. */
export interface ShownTemplateForm {
  conversationId: number
  route: string
  name: string
  language: string
  about: string
  fields: ShownField[]
  preview: ShownPreview
  /** The same form sends once. */
  key: string
  call: Call | null
}

interface ShownField {
  key: string
  id: string
  label: string
  type: 'text' | 'url'
  value: string
  example: string
  error: string | null
}

export interface ShownPreview {
  parts: { kind: 'header' | 'body' | 'footer'; pieces: Piece[] }[]
  buttons: string[]
}

/** A field that is still empty stands out. */
interface Piece {
  text: string
  isMissing: boolean
}

export interface FormContext {
  conversationId: number
  route: string
  key: string
  /** Reasons by `template.<key>`, as the domain gives them. */
  errors?: Record<string, string>
  call?: Call | null
}

export function presentTemplateForm(
  { words }: Reader,
  template: MessageTemplate,
  values: FilledTemplate['values'],
  { errors = {}, call = null, ...context }: FormContext
): ShownTemplateForm {
  return {
    ...context,
    name: template.name,
    language: template.language,
    about: languageName(template.language, words),
    fields: template.fields.map((field, index) => {
      const error = errors[`template.${field.key}`]
      return {
        key: field.key,
        id: `template-field-${index + 1}`,
        label:
          field.label?.[words.locale] ?? words.t(`template.part.${field.part}`, { key: field.key }),
        type: field.type === 'link' ? 'url' : 'text',
        value: values[field.key] ?? '',
        example: field.example ?? '',
        error: error ? words.t(error) : null
      }
    }),
    preview: presentPreview(template, values),
    call
  }
}

export function presentPreview(
  template: MessageTemplate,
  values: FilledTemplate['values']
): ShownPreview {
  const { header, body, footer, buttons } = previewTemplate(template, values)
  const parts = [
    { kind: 'header' as const, text: header },
    { kind: 'body' as const, text: body },
    { kind: 'footer' as const, text: footer }
  ]
  const missing = new Set(
    template.fields.filter(field => !values[field.key]?.trim()).map(one => one.key)
  )
  return {
    parts: parts.flatMap(({ kind, text }) =>
      text ? [{ kind, pieces: piecesOf(text, missing) }] : []
    ),
    buttons
  }
}

function piecesOf(text: string, missing: ReadonlySet<string>): Piece[] {
  return text
    .split(/(\{\{\s*[\w.-]+\s*\}\})/)
    .filter(Boolean)
    .map(piece => ({ text: piece, isMissing: missing.has(piece.replaceAll(/[{}\s]/g, '')) }))
}

/** Throws `template_gone` and `template_unusable`. */
export async function findUsable(
  sapa: Sapa,
  accountId: number,
  { name, language }: Pick<FilledTemplate, 'name' | 'language'>
): Promise<MessageTemplate> {
  const templates = await listTemplates(sapa.reader, accountId)
  const template = templates.find(one => one.name === name && one.language === language)
  if (!template) throw conflict('template_gone', { name })
  if (!isUsable(template)) throw conflict('template_unusable', { name })
  return template
}
