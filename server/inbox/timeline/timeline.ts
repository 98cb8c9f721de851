import type { Db } from '../../db/schema.ts'
import type { Entry, EventEntry } from './entry.ts'
import { listEvents } from './event.ts'
import { findShown, listMessages, messagesOf, newestMessages } from './message.ts'

export interface TimelinePage {
  entries: Entry[]
  /** Pass as `before` for what is older; null when this is the beginning. */
  before: string | null
  /** Newest message and event of the page: pass to `loadNews`. */
  lastMessageId: number
  lastEventId: number
}

const timelineSize = 40

/** A page of the timeline, oldest entry first; without `before` the newest page. */
export async function loadTimeline(
  db: Db,
  conversationId: number,
  before: string | null = null
): Promise<TimelinePage> {
  const found = await newestMessages(db, conversationId, keyOf(before), timelineSize + 1)
  const messages = await messagesOf(db, found.slice(-timelineSize))
  const hasMore = found.length > timelineSize
  const oldest = messages[0]
  const events = await listEvents(db, conversationId, {
    from: hasMore && oldest ? oldest.at : 0,
    to: keyOf(before)?.at ?? Number.MAX_SAFE_INTEGER
  })
  return {
    entries: inOrder([...messages, ...events]),
    before: hasMore && oldest ? `${oldest.at}-${oldest.id}` : null,
    lastMessageId: Math.max(0, ...messages.map(message => message.id)),
    lastEventId: Math.max(0, ...events.map(event => event.id))
  }
}

/** What came after the given message and event, for a page that is open. */
export async function loadNews(
  db: Db,
  conversationId: number,
  after: { messageId: number; eventId: number }
): Promise<TimelinePage> {
  const [messages, events] = await Promise.all([
    listMessages(db, conversationId, after.messageId),
    listEvents(db, conversationId, { afterId: after.eventId })
  ])
  return {
    entries: inOrder([...messages, ...(await wholeRun(db, conversationId, after, events))]),
    before: null,
    lastMessageId: Math.max(after.messageId, ...messages.map(message => message.id)),
    lastEventId: Math.max(after.eventId, ...events.map(event => event.id))
  }
}

/** A run of activities that goes on is told whole, so that it stays one line in an open page. */
async function wholeRun(
  db: Db,
  conversationId: number,
  after: { messageId: number; eventId: number },
  news: EventEntry[]
): Promise<EventEntry[]> {
  const [first] = news
  if (first?.action !== 'did') return news
  const shown = await findShown(db, conversationId, after.messageId)
  // At the same moment events stand before the message.
  const range = { from: shown ? shown.at + 1 : 0, to: first.at + 1 }
  const known = await listEvents(db, conversationId, range)
  const older = known.filter(event => event.id <= after.eventId)
  const isOther = (event: EventEntry) =>
    event.action !== 'did' || event.particulars['name'] !== first.particulars['name']
  return [...older.slice(older.findLastIndex(isOther) + 1), ...news]
}

export interface Key {
  at: number
  id: number
}

function keyOf(before: string | null): Key | null {
  const [, at, id] = /^(\d{1,15})-(\d{1,12})$/.exec(before ?? '') ?? []
  return at && id ? { at: Number(at), id: Number(id) } : null
}

/** Events stand before messages of the same moment: "opened" precedes the first message. */
function inOrder(entries: Entry[]): Entry[] {
  const rank = (entry: Entry) => (entry.type === 'event' ? 0 : 1)
  return entries.toSorted((a, b) => a.at - b.at || rank(a) - rank(b) || a.id - b.id)
}
