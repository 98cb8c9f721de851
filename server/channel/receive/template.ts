import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { TemplateChange } from '../../plugin-api/event.ts'
import type { MessageTemplate } from '../../plugin-api/template.ts'
import type { Outcome } from '../event/inbound.ts'
import { oneLine } from '../event/written.ts'

/** Providers count in seconds. */
const slackMs = 1_000

/** The provider has decided about a template; the whole list is asked for again when this one is not known. */
export async function receiveTemplate(
  trx: Db,
  accountId: number,
  change: TemplateChange
): Promise<Outcome> {
  const { name, language, state, reason } = change
  const known = await trx
    .selectFrom('message_template')
    .select(['content', 'synced_at'])
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('language', '=', language)
    .executeTakeFirst()
  if (!known) {
    await trx
      .updateTable('account')
      .set({ templates_at: null })
      .where('id', '=', accountId)
      .execute()
  } else {
    if (change.at + slackMs < known.synced_at) return 'ignored'
    const { reason: _before, ...content } = JSON.parse(known.content) as MessageTemplate
    const told = { ...content, state, ...(reason === undefined ? {} : { reason: oneLine(reason) }) }
    await trx
      .updateTable('message_template')
      .set({ state, content: JSON.stringify(told) })
      .where('account_id', '=', accountId)
      .where('name', '=', name)
      .where('language', '=', language)
      .execute()
  }
  announce(trx, { topic: 'account.changed', account: accountId })
  return 'stored'
}
