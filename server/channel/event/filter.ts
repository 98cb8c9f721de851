import { guardText, type Filtering } from '../../conversation/reply/guard.ts'
import type { Db } from '../../db/schema.ts'
import { DomainError } from '../../errors.ts'
import type { InboundEvent, InboundMessage } from '../../plugin-api/event.ts'
import type { Account } from '../table.ts'

/** The event as plugins leave it. Where they change the text, its other forms go with what they said. */
export async function filterInbound(
  filtering: Filtering,
  account: Pick<Account, 'id' | 'type'>,
  event: InboundEvent
): Promise<InboundEvent> {
  if (event.type !== 'message' || event.origin === 'business') return event
  if (!filtering.hasFilter('message.inbound')) return event
  const { text, subject, isSpam = false } = event
  const left = await filtering.filter(
    'message.inbound',
    { text, isSpam, ...(subject === undefined ? {} : { subject }) },
    {
      channel: account.type,
      account: account.id,
      isVerified: event.from.some(identity => identity.verified),
      isAutomatic: event.automatic !== undefined
    }
  )
  if (left.text === text) return { ...event, ...left }
  const { html: _html, fullHtml: _fullHtml, fullText: _fullText, ...plain } = event
  return { ...plain, ...left }
}

/** What becomes of a mail that an agent may have written to a customer. */
export interface MailedText {
  text: string
  /** A plugin does not let it go out. */
  isRefused: boolean
}

/** Asks the plugins that guard replies, before the transaction in which it is one. */
export async function guardMailed(
  filtering: Filtering,
  db: Db,
  account: Pick<Account, 'id' | 'type'>,
  event: InboundMessage
): Promise<MailedText | undefined> {
  if (!filtering.hasFilter('message.outbound')) return undefined
  const agent = await findWriter(db, event)
  if (!agent) return undefined
  const facts = { conversation: null, customer: null, channel: account.type, account: account.id }
  try {
    const { text } = await guardText(filtering, { text: event.text }, { ...facts, agent: agent.id })
    return { text, isRefused: false }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { text: event.text, isRefused: true }
  }
}

async function findWriter(db: Db, event: InboundMessage): Promise<{ id: number } | undefined> {
  const emails = event.from.filter(one => one.kind === 'email' && one.verified)
  if (emails.length === 0) return undefined
  return db
    .selectFrom('agent')
    .select('id')
    .where(
      'email',
      'in',
      emails.map(one => one.value.trim().toLowerCase())
    )
    .executeTakeFirst()
}
