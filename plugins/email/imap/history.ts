import type { ImapFlow, MailboxObject } from 'imapflow'
import type { HistoryResult } from 'sapa/plugin-api'
import type { Line } from './line.ts'
import { listMails, readBatch, type Listed } from './read-folder.ts'
import { asImapError } from './refusal.ts'

interface Progress {
  folder: number
  lastUid: number
  /** Mails after these UIDs are `poll`'s. */
  until: number[]
  validity: string[]
  done: number
  total: number
}

/** One page of the mails that arrived since `sinceAt` and before the import began, oldest first. */
export async function readHistory(
  line: Line,
  folders: string[],
  maxBytes: number,
  sinceAt: number,
  cursor: string | null,
  signal: AbortSignal
): Promise<HistoryResult> {
  const client = await line.client(signal)
  const cut = () => line.cut()
  signal.addEventListener('abort', cut, { once: true })
  try {
    const progress = cursor
      ? (JSON.parse(cursor) as Progress)
      : await begin(client, folders, sinceAt)
    return await readPage(client, folders, maxBytes, sinceAt, progress)
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

async function begin(client: ImapFlow, folders: string[], sinceAt: number): Promise<Progress> {
  const until: number[] = []
  const validity: string[] = []
  let total = 0
  for (const path of folders) {
    const folder = await openFolder(client, path)
    const last = folder ? folder.uidNext - 1 : 0
    until.push(last)
    validity.push(folder ? String(folder.uidValidity) : '')
    total += (await mailsSince(client, sinceAt, 0, last)).length
  }
  return { folder: 0, lastUid: 0, until, validity, done: 0, total }
}

async function readPage(
  client: ImapFlow,
  folders: string[],
  maxBytes: number,
  sinceAt: number,
  progress: Progress
): Promise<HistoryResult> {
  const path = folders[progress.folder]
  const until = progress.until[progress.folder]
  if (path === undefined || until === undefined) return page(progress, [], true)

  const folder = await openFolder(client, path)
  const uidValidity = String(folder?.uidValidity ?? '')
  const isRenumbered = uidValidity !== progress.validity[progress.folder]
  const mails = isRenumbered ? [] : await mailsSince(client, sinceAt, progress.lastUid, until)
  if (mails.length === 0) {
    // A folder renumbered meanwhile is read again by `poll`, which goes back some days by itself.
    const next = { ...progress, folder: progress.folder + 1, lastUid: 0 }
    return page(next, [], next.folder >= folders.length)
  }

  const place = { path, uidValidity, isJunk: false }
  const { items, lastUid } = await readBatch(client, mails, place, maxBytes)
  const done = progress.done + mails.filter(({ uid }) => uid <= lastUid).length
  return page({ ...progress, lastUid, done }, items, false)
}

/** Null when the mailbox has no such folder, which the connection test tells. */
async function openFolder(client: ImapFlow, path: string): Promise<MailboxObject | null> {
  try {
    return await client.mailboxOpen(path, { readOnly: true })
  } catch (error) {
    if (!asImapError(error).responseStatus) throw error
    return null
  }
}

async function mailsSince(
  client: ImapFlow,
  sinceAt: number,
  lastUid: number,
  until: number
): Promise<Listed[]> {
  if (until <= lastUid) return []
  const rescan = { since: sinceAt, until }
  const mails = await listMails(client, { uidValidity: '', lastUid, rescan })
  return mails.filter(({ uid }) => uid <= until)
}

function page(progress: Progress, items: HistoryResult['items'], isDone: boolean): HistoryResult {
  const { done } = progress
  return {
    items,
    cursor: JSON.stringify(progress),
    isDone,
    done,
    total: Math.max(progress.total, done)
  }
}
