import { createHash, randomBytes } from 'node:crypto'
import { ingest } from '../ingest.ts'
import type { ChatDb, Visitor } from '../table.ts'
import { findVisitor } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import { identityChange } from './sign-in.ts'

const dayMs = 24 * 60 * 60_000
const mostOfVisitor = 3
const mostToAddress = 5

/**
 * Sends the link that confirms an address. A stranger may have typed it: so few mails go out, and nothing
 * happens before the owner of the address says yes.
 */
export async function askToConfirm(
  tools: Pick<ChatTools, 'sapa' | 'db'>,
  visitor: Visitor,
  email: string,
  locale: 'en' | 'id',
  now: Date
): Promise<'sent' | 'too_many' | 'no_mail'> {
  const { db } = tools
  const code = randomBytes(24).toString('base64url')
  const isKept = await db.transaction().execute(async trx => {
    if (await isTooMany(trx, visitor.id, email, now)) return false
    await trx
      .insertInto('webchat_email_code')
      .values({
        ...{ hash: hashCode(code), visitor_id: visitor.id, email, used_at: null },
        ...{ created_at: now.getTime(), expires_at: now.getTime() + dayMs }
      })
      .execute()
    if (visitor.is_email_proven === 0) await claim(trx, visitor.id, email)
    return true
  })
  if (!isKept) return 'too_many'
  return mailCode(tools, email, code, locale, now)
}

export type Code = { visitor: Visitor; email: string; isUsed: boolean }

/** Null: there is no such code, or its day is over. */
export async function findCode(db: ChatDb, code: string, now: Date): Promise<Code | null> {
  if (!/^[\w-]{32}$/.test(code)) return null
  const row = await db
    .selectFrom('webchat_email_code')
    .select(['visitor_id', 'email', 'used_at'])
    .where('hash', '=', hashCode(code))
    .where('expires_at', '>', now.getTime())
    .executeTakeFirst()
  if (!row) return null
  const visitor = await findVisitor(db, row.visitor_id)
  return { visitor, email: row.email, isUsed: row.used_at !== null }
}

/** The address is the visitor's from now on. Saying it twice changes nothing. */
export async function confirm(
  db: ChatDb,
  widget: Pick<Widget, 'account'>,
  code: string,
  { visitor, email, isUsed }: Code,
  now: Date
): Promise<void> {
  if (isUsed) return
  const { id: account } = widget.account.facts
  const proven = [{ kind: 'email' as const, value: email, verified: true }]
  await ingest(widget, [identityChange(account, visitor, proven, now)])
  await db.transaction().execute(async trx => {
    const used = await trx
      .updateTable('webchat_email_code')
      .set({ used_at: now.getTime() })
      .where('hash', '=', hashCode(code))
      .where('used_at', 'is', null)
      .executeTakeFirst()
    if (used.numUpdatedRows === 0n) return
    await trx
      .updateTable('webchat_visitor')
      .set({ email, is_email_proven: 1 })
      .where('id', '=', visitor.id)
      .execute()
  })
}

const hashCode = (code: string) => createHash('sha256').update(code).digest('hex')

async function isTooMany(trx: ChatDb, visitorId: number, email: string, now: Date) {
  const since = now.getTime() - dayMs
  const codes = trx
    .selectFrom('webchat_email_code')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('created_at', '>', since)
  const ofVisitor = await codes.where('visitor_id', '=', visitorId).executeTakeFirstOrThrow()
  const [whole = '', box = '', domain = ''] = /^([^@+]*)[^@]*(@.*)$/.exec(email) ?? []
  // `siti+1@` and `siti+2@` fill the same box. The comma comes right after the plus.
  const toBox = await codes
    .where(eb =>
      eb.or([
        eb('email', 'in', [whole, box + domain]),
        eb.and([
          ...[eb('email', '>=', `${box}+`), eb('email', '<', `${box},`)],
          eb('email', 'like', `%${domain}`)
        ])
      ])
    )
    .executeTakeFirstOrThrow()
  return ofVisitor.count >= mostOfVisitor || toBox.count >= mostToAddress
}

const claim = (trx: ChatDb, id: number, email: string) =>
  trx.updateTable('webchat_visitor').set({ email }).where('id', '=', id).execute()

async function mailCode(
  { sapa }: Pick<ChatTools, 'sapa'>,
  to: string,
  code: string,
  locale: 'en' | 'id',
  now: Date
): Promise<'sent' | 'too_many' | 'no_mail'> {
  const { name, publicUrl, timeZone } = await sapa.business()
  const time = new Intl.DateTimeFormat(locale === 'id' ? 'id-ID' : 'en-GB', {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone }
  } as Intl.DateTimeFormatOptions).format(now)
  const url = `${publicUrl}/chat/confirm/${code}`
  const business = name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 100) || 'Sapa'
  try {
    const isTaken = await sapa.notify({
      to,
      subject: sapa.t(locale, 'who.mail.subject', { business }),
      text: sapa.t(locale, 'who.mail.text', { business, url, time }),
      key: `confirm:${hashCode(code).slice(0, 32)}`
    })
    return isTaken ? 'sent' : 'no_mail'
  } catch (error) {
    if ((error as { failure?: string }).failure === 'rate_limited') return 'too_many'
    throw error
  }
}
