import { isProven, readClientRef } from '../../conversation/chat/client-ref.ts'
import { inJson, prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

/** Whether this message is in a timeline already, or is one of ours that came back. */
export async function isSpokenFor(db: Db, accountId: number, remoteId: string): Promise<boolean> {
  const [stored] = await selectStored(db, { accountId, remoteId })
  if (stored !== undefined) return true
  const [part] = await selectPart(db, { accountId, remoteId })
  return part !== undefined || (await isOurs(db, accountId, remoteId))
}

/** A provider may hand our own message back before we have written down its id. */
async function isOurs(db: Db, accountId: number, remoteId: string): Promise<boolean> {
  const refs =
    remoteId.match(/\b(?:c\d+\.[mr]\d+\.[0-9a-f]{16}(?:-s\d+)?|n\d+\.[0-9a-f]{16})/g) ?? []
  const [step] = await selectStep(db, {
    accountId,
    remoteId,
    refs: JSON.stringify([remoteId, ...refs])
  })
  if (step) return true
  for (const ref of refs) if (await isProvenRef(db, ref)) return true
  return false
}

const selectStored = prepared<{ accountId: number; remoteId: string }>()((db, value) =>
  db
    .selectFrom('message')
    .select('id')
    .where('remote_id', '=', value('remoteId'))
    .where(eb => eb.or([eb('account_id', '=', value('accountId')), eb('kind', '=', 'outbound')]))
    .limit(1)
)

const selectPart = prepared<{ accountId: number; remoteId: string }>()((db, value) =>
  db
    .selectFrom('message_alias')
    .select('message_id')
    .where('account_id', '=', value('accountId'))
    .where('remote_id', '=', value('remoteId'))
)

const selectStep = prepared<{ accountId: number; remoteId: string; refs: string }>()((db, value) =>
  db
    .selectFrom('outbox')
    .select('id')
    .where(eb =>
      eb.or([
        eb('client_ref', 'in', inJson<string>(value('refs'))),
        eb.and([eb('account_id', '=', value('accountId')), eb('remote_id', '=', value('remoteId'))])
      ])
    )
    .limit(1)
)

/** After a restored backup the outbox may not know it any more, but the conversation's token does. */
async function isProvenRef(db: Db, text: string): Promise<boolean> {
  const ref = readClientRef(text)
  if (!ref) return false
  const conversation = await db
    .selectFrom('conversation')
    .select('reply_token')
    .where('id', '=', ref.conversation)
    .executeTakeFirst()
  if (!conversation) return false
  return isProven(ref, conversation.reply_token)
}
