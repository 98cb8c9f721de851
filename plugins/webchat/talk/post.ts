import type { PluginReply } from 'sapa/plugin-api'
import type { Asked, AskedByVisitor } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatDb, Message } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { ChatMessage, NewMessage } from '../wire.ts'
import { findChoice, readChoice } from './choice.ts'
import { journalWaiting } from './journal.ts'
import { makeKnown } from './known.ts'
import { shownMessages } from './show.ts'
import { cleanLine, messageText, pageUrl } from './text.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const isUuid = (id: unknown): id is string => typeof id === 'string' && uuid.test(id)

/** `POST messages`. The same clientId is the same message, however often it comes. */
export async function postMessage(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const given = readMessage(asked)
  const message = await takeMessage(tools, asked, given)
  return { status: 202, headers: { 'cache-control': 'no-store' }, body: { message } }
}

/** Keeps a visitor's message and hands it on to Sapa; for the panel and for the page without script. */
export async function takeMessage(
  tools: ChatTools,
  asked: Asked,
  given: NewMessage
): Promise<ChatMessage> {
  const { db, limits, streams } = tools
  let message = asked.holder && (await findByClientId(db, asked.holder.visitor.id, given.clientId))
  if (!message) limits.takeMessage(asked)
  const { widget, holder } = await makeKnown(tools, asked)
  if (!message) {
    limits.takeShare(asked)
    message = await keep(db, { ...asked, widget, holder }, given)
    streams.wake(holder.visitor.id)
    widget.account.typing(holder.visitor.public_id, false)
  }
  await journalWaiting(tools, widget, holder.visitor.id)
  const [shown] = await shownMessages(db, [message], holder.visitor.agent_seq)
  if (!shown) throw new Refusal('unknown_visitor')
  return shown
}

function readMessage({ request, widget }: Asked): NewMessage {
  const { form } = request
  const { clientId, text, files = [], page } = (form ?? {}) as Partial<NewMessage>
  const choice = readChoice(form?.['choice'])
  if (!isUuid(clientId)) throw new Refusal('invalid')
  if (!Array.isArray(files) || !files.every(isUuid)) throw new Refusal('invalid')
  if (files.length > widget.settings.files.perMessage) throw new Refusal('too_many_files')
  const words = messageText(text)
  if (words === '' && files.length === 0 && !choice) throw new Refusal('empty')
  return {
    ...{ clientId, text: words, files: [...new Set(files)] },
    ...(choice && { choice }),
    ...(page && { page })
  }
}

async function keep(
  db: ChatDb,
  { holder, widget, now }: Pick<AskedByVisitor, 'holder' | 'widget' | 'now'>,
  { clientId, text, files, choice, page }: NewMessage
): Promise<Message> {
  const { visitor } = holder
  return db.transaction().execute(async trx => {
    const known = await findByClientId(trx, visitor.id, clientId)
    if (known) return known
    const chosen = choice ? await findChoice(trx, visitor.id, choice) : null
    const message = await trx
      .insertInto('webchat_message')
      .values({
        ...{ account_id: widget.account.facts.id, visitor_id: visitor.id, author: 'visitor' },
        ...{ client_id: clientId, at: now.getTime(), is_journaled: 0 },
        ...{ text: chosen?.title ?? text, choice_id: chosen?.id ?? null },
        page_url: pageUrl(page?.url),
        page_title: typeof page?.title === 'string' ? cleanLine(page.title, 200) : null
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await takeFiles(trx, message, files)
    await trx
      .updateTable('webchat_visitor')
      .set({ seen_at: now.getTime() })
      .where('id', '=', visitor.id)
      .execute()
    return message
  })
}

async function takeFiles(trx: ChatDb, message: Message, files: string[]): Promise<void> {
  if (files.length === 0) return
  const taken = await trx
    .updateTable('webchat_file')
    .set({ message_seq: message.seq })
    .where('visitor_id', '=', message.visitor_id)
    .where('id', 'in', files)
    .where('message_seq', 'is', null)
    .executeTakeFirst()
  if (Number(taken.numUpdatedRows) !== files.length) throw new Refusal('unknown_file')
}

async function findByClientId(
  db: ChatDb,
  visitorId: number,
  clientId: string
): Promise<Message | null> {
  const message = await db
    .selectFrom('webchat_message')
    .selectAll()
    .where('visitor_id', '=', visitorId)
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  return message ?? null
}
