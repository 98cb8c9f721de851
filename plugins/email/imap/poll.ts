import type { ImapFlow } from 'imapflow'
import type { Logger, PollResult, RawItem } from 'sapa/plugin-api'
import { readCursor, writeCursor, type Cursor, type Position } from './cursor.ts'
import type { Place } from './item.ts'
import { readFields } from './key.ts'
import type { Line } from './line.ts'
import { listMails, readBatch, type Listed } from './read-folder.ts'
import { asImapError } from './refusal.ts'
import { waitForNews } from './wait.ts'

/** A NAT entry that died is silent, so the server is asked even while it idles. */
const askAloneMs = 90_000
const askSeveralMs = 60_000
const pollMs = 4 * 60_000
const rescanMs = 14 * 24 * 3600_000

export interface Mailbox {
  line: Line
  folders: string[]
  watchJunk: boolean
  maxBytes: number
  log: Logger
  /** Message-IDs of our own connection tests: no customer's mail. */
  tests: ReadonlySet<string>
  /** Listed but not yet read, by folder: a backlog of 50,000 mails is listed once. */
  backlog: Map<string, { uidValidity: string; after: number; mails: Listed[] }>
}

/** Waits for new mail in all folders and brings the next batch with the cursor behind it. */
export async function pollMailbox(
  mailbox: Mailbox,
  cursorText: string | null,
  signal: AbortSignal
): Promise<PollResult> {
  const cursor = readCursor(cursorText)
  const client = await mailbox.line.client(signal)
  const deadline = Date.now() + pollMs
  const askMs = mailbox.folders.length > 1 || mailbox.watchJunk ? askSeveralMs : askAloneMs
  while (!signal.aborted) {
    const news = await readNews(mailbox, client, cursor, signal)
    if (news) return news
    const waitMs = Math.min(askMs, deadline - Date.now())
    if (waitMs <= 0) break
    await waitForNews(mailbox.line, client, waitMs, signal)
    if (!client.usable && !signal.aborted) throw new Error('The mail server went away')
  }
  return { items: [], cursor: writeCursor(cursor), more: false }
}

async function readNews(
  mailbox: Mailbox,
  client: ImapFlow,
  cursor: Cursor,
  signal: AbortSignal
): Promise<PollResult | null> {
  // A download of 25 MB must not hold up the end: cut the connection, the cursor stays behind it.
  const cut = () => mailbox.line.cut()
  signal.addEventListener('abort', cut, { once: true })
  try {
    mailbox.line.hasNews = false
    const places = await placesOf(mailbox, client)
    // The first folder last, so that it is the selected one when IDLE begins.
    for (const place of [...places.slice(1), ...places.slice(0, 1)]) {
      const read = await readPlace(mailbox, client, place, cursor[place.path])
      if (!read) continue
      const next = { ...pick(cursor, places), [place.path]: read.position }
      return { items: read.items, cursor: writeCursor(next), more: true }
    }
    return null
  } catch (error) {
    if (!signal.aborted) throw error
    return { items: [], cursor: writeCursor(cursor), more: false }
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

type FolderPlace = Pick<Place, 'path' | 'isJunk'>

async function placesOf(mailbox: Mailbox, client: ImapFlow): Promise<FolderPlace[]> {
  const junk = mailbox.watchJunk ? await mailbox.line.junk(client) : null
  const paths = new Set([...mailbox.folders, ...(junk ? [junk] : [])])
  return [...paths].map(path => ({ path, isJunk: path === junk }))
}

/** The next batch of one folder, or null when nothing moved. */
async function readPlace(
  mailbox: Mailbox,
  client: ImapFlow,
  { path, isJunk }: FolderPlace,
  position: Position | undefined
): Promise<{ items: RawItem[]; position: Position } | null> {
  const isFirst = path === mailbox.folders[0]
  if (!isFirst && position && !(await hasMoved(client, path, position))) return null
  const folder = await select(mailbox, client, path, isFirst)
  if (!folder) return null

  const { uidValidity, uidNext } = folder
  if (!position) return { items: [], position: { uidValidity, lastUid: uidNext - 1 } }
  if (position.uidValidity !== uidValidity) {
    const rescan = { since: Date.now() - rescanMs, until: uidNext - 1 }
    return { items: [], position: { uidValidity, lastUid: 0, rescan } }
  }

  const mails = await waitingMails(mailbox, client, path, position)
  if (mails.length === 0) {
    const { rescan } = position
    if (!rescan) return null
    const lastUid = Math.max(position.lastUid, rescan.until)
    return { items: [], position: { uidValidity, lastUid } }
  }
  const place = { path, uidValidity, isJunk }
  const { items, lastUid } = await readBatch(client, mails, place, mailbox.maxBytes)
  const wanted = items.filter(({ body }) => !isTest(mailbox, body))
  return { items: wanted, position: { ...position, lastUid } }
}

function isTest({ tests }: Mailbox, body: Uint8Array): boolean {
  return tests.size > 0 && tests.has(readFields(body, ['message-id']).get('message-id') ?? '')
}

async function waitingMails(
  mailbox: Mailbox,
  client: ImapFlow,
  path: string,
  position: Position
): Promise<Listed[]> {
  const known = mailbox.backlog.get(path)
  if (known?.uidValidity === position.uidValidity && known.after <= position.lastUid) {
    const rest = known.mails.filter(({ uid }) => uid > position.lastUid)
    if (rest.length > 0) return rest
  }
  const mails = await listMails(client, position)
  const { uidValidity, lastUid: after } = position
  mailbox.backlog.set(path, { uidValidity, after, mails })
  return mails
}

async function hasMoved(client: ImapFlow, path: string, position: Position): Promise<boolean> {
  if (position.rescan) return true
  const status = await client
    .status(path, { uidNext: true, uidValidity: true })
    .catch(tolerateAnswer)
  if (!status) return false
  return (
    String(status.uidValidity) !== position.uidValidity ||
    Number(status.uidNext) > position.lastUid + 1
  )
}

/** Read-only, so that nothing of ours can change a flag. Null when the folder is not there. */
async function select(
  mailbox: Mailbox,
  client: ImapFlow,
  path: string,
  isFirst: boolean
): Promise<{ uidValidity: string; uidNext: number } | null> {
  const isSelected = client.mailbox && client.mailbox.path === path
  try {
    const folder =
      isSelected && client.mailbox
        ? client.mailbox
        : await client.mailboxOpen(path, { readOnly: true })
    return { uidValidity: String(folder.uidValidity), uidNext: folder.uidNext }
  } catch (error) {
    if (isFirst || !asImapError(error).responseStatus) throw error
    mailbox.log.warn({ folder: path }, 'A folder of the mailbox cannot be opened')
    return null
  }
}

function tolerateAnswer(error: unknown): false {
  if (!asImapError(error).responseStatus) throw error
  return false
}

function pick(cursor: Cursor, places: FolderPlace[]): Cursor {
  const kept = places.flatMap(({ path }) => (cursor[path] ? [[path, cursor[path]]] : []))
  return Object.fromEntries(kept) as Cursor
}
