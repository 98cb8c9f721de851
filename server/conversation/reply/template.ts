import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { conflict, InvalidInput } from '../../errors.ts'
import type { FilledTemplate, MessageTemplate } from '../../plugin-api/template.ts'
import { capabilitiesOf } from '../capabilities.ts'

/** A template as its reader will see it. */
export interface TemplatePreview {
  header: string | null
  body: string
  footer: string | null
  buttons: string[]
  /** Header, body and footer as one text. */
  text: string
  /** Keys of fields that are still empty. */
  missing: string[]
}

/** Fields that are empty stay as `{{key}}`. */
export function previewTemplate(
  template: MessageTemplate,
  values: Readonly<Record<string, string>>
): TemplatePreview {
  const filled = cleanValues(template, values)
  const fill = (text: string) =>
    text.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (place, key: string) =>
      Object.hasOwn(filled, key) ? filled[key] || place : place
    )
  const header = template.header ? fill(template.header) : null
  const body = fill(template.body)
  const footer = template.footer ?? null
  return {
    header,
    body,
    footer,
    buttons: (template.buttons ?? []).map(fill),
    text: [header, body, footer].filter(Boolean).join('\n\n'),
    missing: template.fields.flatMap(({ key }) => (filled[key] ? [] : key))
  }
}

/** What of a reply a template stands for. Throws `template_gone`, `template_unusable`, or what is wrong with a field. */
export async function fillTemplate(
  trx: Db,
  account: Account,
  given: FilledTemplate
): Promise<{ text: string; template: FilledTemplate }> {
  const template = capabilitiesOf(account).templates
    ? await findTemplate(trx, account.id, given)
    : undefined
  if (!template) throw conflict('template_gone', { name: given.name })
  if (template.state !== 'approved' || template.cannotSend) {
    throw conflict('template_unusable', { name: given.name })
  }
  const values = cleanValues(template, given.values)
  const wrong = template.fields.flatMap(({ key, type }) => {
    const value = values[key]
    if (!value) return [[`template.${key}`, 'error.field.required']]
    return type === 'link' && !isLink(value) ? [[`template.${key}`, 'error.field.link']] : []
  })
  if (wrong.length > 0) throw new InvalidInput(Object.fromEntries(wrong) as Record<string, string>)
  const { name, language } = template
  return { text: previewTemplate(template, values).text, template: { name, language, values } }
}

async function findTemplate(
  trx: Db,
  accountId: number,
  { name, language }: FilledTemplate
): Promise<MessageTemplate | undefined> {
  const row = await trx
    .selectFrom('message_template')
    .select(['content', 'state'])
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('language', '=', language)
    .executeTakeFirst()
  return row && { ...(JSON.parse(row.content) as MessageTemplate), state: row.state }
}

/** Only the fields it has, each as one line: providers refuse breaks in a field. */
function cleanValues(
  { fields }: MessageTemplate,
  values: Readonly<Record<string, string>>
): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ key }) => [
      key,
      (Object.hasOwn(values, key) ? (values[key] ?? '') : '')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, 1024)
    ])
  )
}

function isLink(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:'
}
