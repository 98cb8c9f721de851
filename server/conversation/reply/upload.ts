import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { InvalidInput } from '../../errors.ts'
import type { Attachment } from '../table.ts'

/** The agent's own uploads that wait for a message; a file of somebody else or one already sent is refused. */
export async function takeUploads(
  trx: Db,
  agentId: number | null,
  tokens: string[]
): Promise<Attachment[]> {
  const wanted = [...new Set(tokens)]
  if (wanted.length === 0) return []
  const files = await trx
    .selectFrom('attachment')
    .selectAll()
    .where('token', 'in', wanted)
    .where('message_id', 'is', null)
    .where('agent_id', '=', agentId)
    .where('blob_hash', 'is not', null)
    .orderBy('id')
    .execute()
  if (files.length !== wanted.length) throw new InvalidInput({ attachments: 'error.field.gone' })
  return files
}

export async function attachFiles(trx: Db, messageId: number, files: Attachment[]): Promise<void> {
  if (files.length === 0) return
  const ids = files.map(file => file.id)
  await trx
    .updateTable('attachment')
    .set({ message_id: messageId })
    .where('id', 'in', ids)
    .execute()
}

const patienceMs = 7 * 24 * 3_600_000

/** Forgets uploads of a week ago that no message and no draft has taken; the sweep takes their bytes. */
export async function dropUploads(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom('attachment')
    .where('message_id', 'is', null)
    .where('created_at', '<', now.getTime() - patienceMs)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('draft')
            .select('draft.agent_id')
            .whereRef('draft.agent_id', '=', 'attachment.agent_id')
            .where(sql<boolean>`draft.particulars like '%' || attachment.token || '%'`)
        )
      )
    )
    .execute()
}
