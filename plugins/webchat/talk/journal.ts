import type { Identity, InboundAttachment, InboundMessage } from 'sapa/plugin-api'
import { ingest } from '../ingest.ts'
import type { ChatDb, Message, Visitor } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import { fileRef } from './file.ts'

const most = 50

/**
 * Hands on what is stored and not yet in Sapa's journal, oldest first: of one visitor, or of all. Doing it
 * twice, also at the same time, is harmless: the journal takes each key once.
 */
export async function journalWaiting(
  { db }: Pick<ChatTools, 'db'>,
  widget: Pick<Widget, 'account'>,
  visitorId?: number
): Promise<void> {
  for (;;) {
    const waiting = await listWaiting(db, widget.account.facts.id, visitorId)
    if (waiting.length === 0) return
    await ingest(widget, await eventsOf(db, widget, waiting))
    await db
      .updateTable('webchat_message')
      .set({ is_journaled: 1 })
      .where(
        'seq',
        'in',
        waiting.map(({ seq }) => seq)
      )
      .execute()
    if (waiting.length < most) return
  }
}

export const messageId = (visitor: Pick<Visitor, 'public_id'>, clientId: string) =>
  `m:${visitor.public_id}:${clientId}`

function listWaiting(db: ChatDb, accountId: number, visitorId?: number): Promise<Message[]> {
  const all = db
    .selectFrom('webchat_message')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('is_journaled', '=', 0)
  const some = visitorId === undefined ? all : all.where('visitor_id', '=', visitorId)
  return some.orderBy('seq').limit(most).execute()
}

async function eventsOf(
  db: ChatDb,
  widget: Pick<Widget, 'account'>,
  messages: readonly Message[]
): Promise<InboundMessage[]> {
  const visitors = await db
    .selectFrom('webchat_visitor')
    .selectAll()
    .where('id', 'in', [...new Set(messages.map(({ visitor_id }) => visitor_id))])
    .execute()
  const files = await db
    .selectFrom('webchat_file')
    .select(['visitor_id', 'id', 'message_seq', 'name', 'mime', 'size', 'is_image'])
    .where(
      'message_seq',
      'in',
      messages.map(({ seq }) => seq)
    )
    .orderBy('place')
    .orderBy('created_at')
    .execute()
  return messages.flatMap(message => {
    const visitor = visitors.find(({ id }) => id === message.visitor_id)
    const attachments = files
      .filter(({ message_seq }) => message_seq === message.seq)
      .map(attachmentOf)
    return visitor ? [eventOf(widget.account.facts.id, visitor, message, attachments)] : []
  })
}

function eventOf(
  accountId: number,
  visitor: Visitor,
  { client_id, at, text, choice_id, page_url, page_title }: Message,
  attachments: InboundAttachment[]
): InboundMessage {
  const id = messageId(visitor, client_id ?? '')
  const context = {
    ...(visitor.facts !== null && (JSON.parse(visitor.facts) as Record<string, string>)),
    ...(page_url !== null && { pageUrl: page_url }),
    ...(page_title !== null && { pageTitle: page_title })
  }
  return {
    ...{ type: 'message', key: id, remoteId: id, at, text },
    ...{ threadKey: visitor.public_id, from: identitiesOf(accountId, visitor) },
    ...(choice_id !== null && { choice: { id: choice_id } }),
    ...(attachments.length > 0 && { attachments }),
    ...(Object.keys(context).length > 0 && { context })
  }
}

/** Whoever holds the token is this visitor; what was typed is only claimed. */
export function identitiesOf(accountId: number, visitor: Visitor): Identity[] {
  const name = visitor.name === null ? {} : { name: visitor.name }
  const { public_id, user_id, email, phone } = visitor
  const external = (namespace: string, value: string): Identity => ({
    ...{ kind: 'external', value, namespace: `${namespace}:${accountId}`, verified: true },
    ...name
  })
  return [
    external('webchat', public_id),
    ...(user_id === null ? [] : [external('webchat-user', user_id)]),
    ...(email === null
      ? []
      : [{ kind: 'email' as const, value: email, verified: visitor.is_email_proven === 1 }]),
    ...(phone === null
      ? []
      : [{ kind: 'phone' as const, value: phone, verified: visitor.is_phone_proven === 1 }])
  ]
}

function attachmentOf(file: {
  visitor_id: number
  id: string
  name: string
  mime: string
  size: number
  is_image: number
}): InboundAttachment {
  const { visitor_id, id, name, mime, size, is_image } = file
  const kind = is_image === 1 ? 'image' : mime.startsWith('video/') ? 'video' : 'file'
  const ref = fileRef(visitor_id, id)
  return { filename: name, mime, size, ref, kind: mime.startsWith('audio/') ? 'audio' : kind }
}
