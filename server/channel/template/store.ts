import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import type { MessageTemplate, TemplateField } from '../../plugin-api/template.ts'

/** More than any account has; what is beyond is left out. */
const most = 2000

/** Puts what the provider listed in the place of what it listed before. Returns how many there are now. */
export async function storeTemplates(
  db: Db,
  accountId: number,
  listed: readonly MessageTemplate[],
  now: Date
): Promise<number> {
  const rows = new Map<string, Row>()
  for (const template of listed.filter(isTemplate).slice(0, most)) {
    const { name, language, state } = template
    const synced_at = now.getTime()
    const content = JSON.stringify(template)
    const row = { account_id: accountId, name, language, state, content, synced_at }
    rows.set(`${name}/${language}`, row)
  }
  return inTransaction(db, async trx => {
    await trx.deleteFrom('message_template').where('account_id', '=', accountId).execute()
    const all = [...rows.values()]
    for (let start = 0; start < all.length; start += 100) {
      await trx
        .insertInto('message_template')
        .values(all.slice(start, start + 100))
        .execute()
    }
    await trx
      .updateTable('account')
      .set({ templates_at: now.getTime() })
      .where('id', '=', accountId)
      .execute()
    announce(trx, { topic: 'account.changed', account: accountId })
    return all.length
  })
}

interface Row {
  account_id: number
  name: string
  language: string
  state: MessageTemplate['state']
  content: string
  synced_at: number
}

const states = new Set(['approved', 'pending', 'rejected', 'paused', 'disabled'])

/** A plugin's word is checked before it is kept: pages and the sending of it rely on it. */
function isTemplate(given: unknown): given is MessageTemplate {
  const { name, language, state, body, fields } = (given ?? {}) as Partial<MessageTemplate>
  const isNamed = [name, language].every(text => typeof text === 'string' && text !== '')
  return (
    isNamed &&
    typeof body === 'string' &&
    states.has(String(state)) &&
    Array.isArray(fields) &&
    fields.every(isField)
  )
}

function isField(given: unknown): given is TemplateField {
  const { key, type, label } = (given ?? {}) as Partial<TemplateField>
  if (label !== undefined && !isWords(label)) return false
  return typeof key === 'string' && key !== '' && (type === 'text' || type === 'link')
}

function isWords(given: unknown): boolean {
  const { en, id } = Object(given) as { en?: unknown; id?: unknown }
  return typeof en === 'string' && typeof id === 'string'
}
