import type { Db } from '../../db/schema.ts'
import type { MessageTemplate } from '../../plugin-api/template.ts'

export { previewTemplate } from '../../conversation/reply/template.ts'

/** The account's templates as its provider last listed them, those that can be sent first. */
export async function listTemplates(db: Db, accountId: number): Promise<MessageTemplate[]> {
  const rows = await db
    .selectFrom('message_template')
    .select(['content', 'state'])
    .where('account_id', '=', accountId)
    .orderBy('name')
    .orderBy('language')
    .execute()
  const templates = rows.map(row => ({
    ...(JSON.parse(row.content) as MessageTemplate),
    state: row.state
  }))
  return [...templates.filter(isUsable), ...templates.filter(one => !isUsable(one))]
}

/** It may be sent from Sapa now. */
export const isUsable = ({ state, cannotSend }: MessageTemplate): boolean =>
  state === 'approved' && !cannotSend
