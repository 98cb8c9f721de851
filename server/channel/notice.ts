import { randomBytes } from 'node:crypto'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { findCarrier } from './carrier.ts'
import type { StepPayload } from '../conversation/step/queue.ts'

export interface Notice {
  /** An e-mail address. */
  to: string
  subject: string
  text: string
  /** Default: true. Invitations and password links are written because a human asked. */
  isAutomatic?: boolean
  /** Not through this account: the notice is about it. */
  exceptAccountId?: number
}

/** Queues one of Sapa's own mails; false when no account can carry it. */
export async function sendNotice(db: Db, notice: Notice, now: Date): Promise<boolean> {
  return inTransaction(db, async trx => {
    const account = await findCarrier(trx, can => can.sendsNotices, notice.exceptAccountId)
    if (!account) return false
    const payload: StepPayload = {
      to: { kind: 'email', value: notice.to },
      cc: [],
      bcc: [],
      subject: notice.subject,
      text: notice.text,
      attachmentIds: [],
      isAutomatic: notice.isAutomatic ?? true
    }
    const proof = randomBytes(8).toString('hex')
    const row = await trx
      .insertInto('outbox')
      .values({
        account_id: account.id,
        thread: `n:${proof}`,
        client_ref: proof,
        kind: 'notice',
        payload: JSON.stringify(payload),
        send_after: now.getTime(),
        created_at: now.getTime()
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const client_ref = `n${row.id}.${proof}`
    await trx.updateTable('outbox').set({ client_ref }).where('id', '=', row.id).execute()
    announce(trx, { topic: 'outbox.added', account: account.id })
    return true
  })
}
