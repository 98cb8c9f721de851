import { createHash } from 'node:crypto'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { DomainError } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { Reply, Request } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'

const keepMs = 24 * 3_600_000

/**
 * Does the work of a POST in one transaction, together with the answer under its `Idempotency-Key`:
 * a crash leaves both or neither, and of two at the same time the second waits and is given the
 * first one's answer. What was refused leaves nothing, so that its key may be used again.
 */
export async function once<T>(
  sapa: Sapa,
  request: Request,
  reply: Reply,
  work: (trx: Db, now: Date) => Promise<T>
): Promise<T> {
  const now = sapa.clock()
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return inTransaction(sapa.db, trx => work(trx, now))
  const owner = `agent:${agentOf(request).id}`
  const hash = fingerprint(request)
  return inTransaction(sapa.db, async trx => {
    await forgetOld(trx, now, { owner, key })
    const first = await findFirst(trx, owner, key)
    if (first) {
      if (first.request_hash !== hash) throw new DomainError('idempotency_key_reused', 422)
      reply.header('idempotency-replayed', 'true')
      return JSON.parse(first.body ?? 'null') as T
    }
    const answer = await work(trx, now)
    await trx
      .insertInto('idempotency')
      .values({
        ...{ owner, key, request_hash: hash, status: reply.statusCode },
        body: JSON.stringify(answer),
        created_at: now.getTime()
      })
      .execute()
    return answer
  })
}

/** Answers are kept for a day. */
export async function forgetOld(
  db: Db,
  now: Date,
  only?: { owner: string; key: string }
): Promise<void> {
  let query = db.deleteFrom('idempotency').where('created_at', '<=', now.getTime() - keepMs)
  if (only) query = query.where('owner', '=', only.owner).where('key', '=', only.key)
  await query.execute()
}

function findFirst(trx: Db, owner: string, key: string) {
  return trx
    .selectFrom('idempotency')
    .select(['request_hash', 'body'])
    .where('owner', '=', owner)
    .where('key', '=', key)
    .executeTakeFirst()
}

/** Method, path and body; the order of a body's members does not count. */
function fingerprint(request: Request): string {
  const [path] = request.url.split('?')
  return createHash('sha256')
    .update(`${request.method} ${path}\n${JSON.stringify(sorted(request.body))}`)
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return members.map(([name, member]) => [name, sorted(member)])
}
