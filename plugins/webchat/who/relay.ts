import type { ChatDb } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'

const minuteMs = 60_000
/** Whoever has left the page will hardly come back within the next minutes. */
const goneMinutes = 2
const oldestMs = 2 * 24 * 60 * minuteMs
const mostAnswers = 500

interface Unread {
  seq: number
  visitor_id: number
  account_id: number
  client_ref: string | null
  at: number
  email: string | null
}

/**
 * Sends answers that a visitor has not read to the address that they have confirmed: all of them together,
 * each once. Who reads in time gets no mail.
 */
export async function mailUnread(tools: ChatTools): Promise<void> {
  const now = tools.clock()
  const unread = await listUnread(tools.db, now)
  for (const visitorId of new Set(unread.map(({ visitor_id }) => visitor_id))) {
    const answers = unread.filter(({ visitor_id }) => visitor_id === visitorId)
    const [first] = answers
    const widget = [...tools.widgets.values()].find(
      ({ account }) => account.facts.id === first?.account_id
    )
    if (!first || !widget || !isDue(tools, widget, visitorId, first.at, now)) continue
    await mail(tools, widget, visitorId, answers, now)
  }
}

/** Which of these answers went out as a mail. */
export async function listMailed(db: ChatDb, seqs: readonly number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('webchat_mailed')
    .select('message_seq')
    .where('message_seq', 'in', seqs)
    .execute()
  return new Set(rows.map(({ message_seq }) => message_seq))
}

/** Of one visitor, the newest ones: as many as a panel shows at first. */
export async function listMailedTo(db: ChatDb, visitorId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('webchat_mailed')
    .innerJoin('webchat_message', 'webchat_message.seq', 'webchat_mailed.message_seq')
    .select('message_seq')
    .where('visitor_id', '=', visitorId)
    .orderBy('message_seq', 'desc')
    .limit(50)
    .execute()
  return rows.map(({ message_seq }) => message_seq)
}

function isDue(
  { streams }: Pick<ChatTools, 'streams'>,
  { settings }: Pick<Widget, 'settings'>,
  visitorId: number,
  since: number,
  now: Date
): boolean {
  const patience = settings.relayAfterMinutes
  const minutes = streams.isHere(visitorId) ? patience : Math.min(patience, goneMinutes)
  return since <= now.getTime() - minutes * minuteMs
}

async function mail(
  { db, streams }: ChatTools,
  { account }: Widget,
  visitorId: number,
  answers: readonly Unread[],
  now: Date
): Promise<void> {
  const refs = answers.flatMap(({ client_ref }) => client_ref ?? [])
  const email = answers[0]?.email
  if (refs.length === 0 || !email) return
  // Doing it twice is harmless, so what is marked was surely sent.
  if (!(await account.relay(refs, { kind: 'email', value: email }))) return
  const seqs = answers.map(({ seq }) => seq)
  await db
    .insertInto('webchat_mailed')
    .values(seqs.map(seq => ({ message_seq: seq, at: now.getTime() })))
    .onConflict(conflict => conflict.column('message_seq').doNothing())
    .execute()
  streams.tell(visitorId, { type: 'mailed', seqs })
}

/** Oldest first. Only answers of people: nobody needs an acknowledgement twice. */
function listUnread(db: ChatDb, now: Date): Promise<Unread[]> {
  return db
    .selectFrom('webchat_message as message')
    .innerJoin('webchat_visitor as visitor', 'visitor.id', 'message.visitor_id')
    .leftJoin('webchat_mailed as mailed', 'mailed.message_seq', 'message.seq')
    .select(['message.seq', 'message.visitor_id', 'message.account_id'])
    .select(['message.client_ref', 'message.at', 'visitor.email'])
    .where('message.author', '=', 'agent')
    .where('message.at', '>', now.getTime() - oldestMs)
    .where('mailed.message_seq', 'is', null)
    .where('visitor.is_email_proven', '=', 1)
    .whereRef('message.seq', '>', 'visitor.read_seq')
    .orderBy('message.seq')
    .limit(mostAnswers)
    .execute()
}
