import type { Message } from '../../conversation/table.ts'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

/**
 * The message that an account's provider knows by this id: its own, that of another part of it, or that of a
 * step that sent it. Never one of another account.
 */
export async function findRemote(
  db: Db,
  accountId: number,
  remoteId: string
): Promise<Message | undefined> {
  const wanted = { accountId, remoteId }
  const [own] = await selectOwn(db, wanted)
  if (own) return own
  const [alias] = await selectAlias(db, wanted)
  const id = alias?.message_id ?? (await selectStep(db, wanted))[0]?.message_id ?? null
  return id === null ? undefined : (await selectById(db, { id }))[0]
}

interface Wanted {
  accountId: number
  remoteId: string
}

const selectOwn = prepared<Wanted>()((db, value) =>
  db
    .selectFrom('message')
    .selectAll()
    .where('account_id', '=', value('accountId'))
    .where('remote_id', '=', value('remoteId'))
)

const selectAlias = prepared<Wanted>()((db, value) =>
  db
    .selectFrom('message_alias')
    .select('message_id')
    .where('account_id', '=', value('accountId'))
    .where('remote_id', '=', value('remoteId'))
)

const selectStep = prepared<Wanted>()((db, value) =>
  db
    .selectFrom('outbox')
    .select('message_id')
    .where('account_id', '=', value('accountId'))
    .where('remote_id', '=', value('remoteId'))
    .where('message_id', 'is not', null)
    .limit(1)
)

const selectById = prepared<{ id: number }>()((db, value) =>
  db.selectFrom('message').selectAll().where('id', '=', value('id'))
)
