import type { FetchMessageObject, ImapFlow } from 'imapflow'
import type { RawItem } from 'sapa/plugin-api'
import type { Position } from './cursor.ts'
import { mailItem, placeholderItem, type Place } from './item.ts'
import { asImapError } from './refusal.ts'

const batchMails = 50
const batchBytes = 10 * 1024 * 1024

export interface Listed {
  uid: number
  size: number
}

export interface Batch {
  items: RawItem[]
  /** Everything up to this UID is in `items` or gone from the server. */
  lastUid: number
  isCut: boolean
}

/** What the folder holds after `position`, oldest first. Never sets \Seen. */
export async function listMails(client: ImapFlow, position: Position): Promise<Listed[]> {
  // Some servers call any range of an empty folder an error.
  if (client.mailbox && client.mailbox.exists === 0) return []
  const since = position.rescan?.since ?? 0
  const found: Listed[] = []
  const query = { uid: true, size: true, ...(since > 0 && { internalDate: true }) }
  for await (const mail of client.fetch(`${position.lastUid + 1}:*`, query, { uid: true })) {
    // `N:*` always answers the newest mail, also below N; and other programs' flag changes come without a UID.
    if (!mail.uid || mail.uid <= position.lastUid) continue
    if (since > 0 && new Date(mail.internalDate ?? Date.now()).getTime() < since) continue
    found.push({ uid: mail.uid, size: mail.size ?? 0 })
  }
  return found.sort((a, b) => a.uid - b.uid)
}

/** The first mails of the list, as many as fit in one batch. A connection that breaks keeps what came before. */
export async function readBatch(
  client: ImapFlow,
  listed: Listed[],
  place: Place,
  maxBytes: number
): Promise<Batch> {
  const wanted = firstOf(listed, maxBytes)
  const mails = new Map<number, RawItem>()
  let broken: unknown
  try {
    await readAll(client, wanted, mails, place, maxBytes)
  } catch (error) {
    if (client.usable) throw error
    broken = error
  }
  if (!broken && !client.usable) broken = new Error('The mail server went away')
  if (!broken) return { items: inOrder(wanted, mails), lastUid: wanted.at(-1)!.uid, isCut: false }

  const missing = wanted.findIndex(({ uid }) => !mails.has(uid))
  const whole = missing < 0 ? wanted : wanted.slice(0, missing)
  if (whole.length === 0) throw broken
  return { items: inOrder(whole, mails), lastUid: whole.at(-1)!.uid, isCut: true }
}

function firstOf(listed: Listed[], maxBytes: number): Listed[] {
  const wanted: Listed[] = []
  let bytes = 0
  for (const mail of listed) {
    bytes += mail.size > maxBytes ? 0 : mail.size
    if (wanted.length === batchMails || (wanted.length > 0 && bytes > batchBytes)) break
    wanted.push(mail)
  }
  return wanted
}

async function readAll(
  client: ImapFlow,
  wanted: Listed[],
  into: Map<number, RawItem>,
  place: Place,
  maxBytes: number
): Promise<void> {
  const small = wanted.filter(({ size }) => size <= maxBytes).map(({ uid }) => uid)
  const large = wanted.filter(({ size }) => size > maxBytes).map(({ uid }) => uid)
  try {
    for await (const mail of fetchMails(client, small, true)) {
      if (mail.source) into.set(mail.uid, mailItem(mail, mail.source, place))
    }
  } catch (error) {
    if (!isAnswer(error)) throw error
    await readOneByOne(client, small, into, place)
  }
  for await (const mail of fetchMails(client, large, false)) {
    into.set(mail.uid, placeholderItem(mail, 'too-large', place))
  }
}

/** One broken mail makes some servers refuse the whole batch: find it, keep a notice of it, go on. */
async function readOneByOne(
  client: ImapFlow,
  uids: number[],
  into: Map<number, RawItem>,
  place: Place
): Promise<void> {
  for (const uid of uids.filter(wanted => !into.has(wanted))) {
    try {
      for await (const mail of fetchMails(client, [uid], true)) {
        if (mail.source) into.set(uid, mailItem(mail, mail.source, place))
      }
    } catch (error) {
      if (!isAnswer(error)) throw error
      into.set(uid, placeholderItem(await headersOf(client, uid), 'unreadable', place))
    }
  }
}

async function headersOf(client: ImapFlow, uid: number): Promise<FetchMessageObject> {
  try {
    for await (const mail of fetchMails(client, [uid], false)) return mail
  } catch (error) {
    if (!isAnswer(error)) throw error
  }
  return { uid, seq: 0 }
}

async function* fetchMails(
  client: ImapFlow,
  uids: number[],
  isWhole: boolean
): AsyncGenerator<FetchMessageObject> {
  if (uids.length === 0) return
  const query = { uid: true, size: true, internalDate: true }
  const part = isWhole ? { source: true } : { headers: true }
  for await (const mail of client.fetch(uids.join(','), { ...query, ...part }, { uid: true })) {
    if (mail.uid) yield mail
  }
}

/** Did the server answer NO or BAD, with the connection still standing? */
const isAnswer = (error: unknown) => Boolean(asImapError(error).responseStatus)

const inOrder = (wanted: Listed[], mails: Map<number, RawItem>) =>
  wanted.flatMap(({ uid }) => mails.get(uid) ?? [])
