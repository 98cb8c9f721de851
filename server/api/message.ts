import { Type, type Static } from '../web/type.ts'
import type { Db } from '../db/schema.ts'
import type { MessageEntry } from '../inbox/timeline/entry.ts'
import { messagesOf } from '../inbox/timeline/message.ts'
import {
  moment,
  named,
  nullable,
  nullableId,
  nullableMoment,
  nullableText,
  told
} from './schema.ts'

const address = Type.Object({
  kind: Type.String(),
  value: Type.String(),
  name: Type.Optional(Type.String())
})

export const message = named('Message', {
  id: Type.Integer(),
  conversation_id: Type.Integer(),
  kind: Type.Enum(['inbound', 'outbound', 'note']),
  channel: nullableText,
  account_id: nullableId,
  author: Type.Object({
    kind: Type.Enum(['customer', 'agent', 'system', 'plugin']),
    id: nullable(
      Type.Integer({ description: "The agent's id, or that of the customer's identity" })
    ),
    name: Type.String(),
    address: nullableText
  }),
  subject: nullableText,
  text: Type.String({ description: 'Without quoted history' }),
  to: Type.Array(address),
  cc: Type.Array(address),
  bcc: Type.Array(address),
  is_automatic: Type.Boolean(),
  is_verified: Type.Boolean(),
  status: Type.String({
    description:
      'received; or queued, sending, accepted, sent, delivered, read, partly, failed, unknown, cancelled'
  }),
  status_reason: nullableText,
  quoted_id: nullableId,
  quote: nullable(Type.String({ description: 'The words that were quoted' })),
  template: nullable(Type.Object({ name: Type.String(), language: Type.String() })),
  choices: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
  choice: nullable(Type.String({ description: 'The choice that the customer has tapped' })),
  cards: Type.Array(
    Type.Object(
      { kind: Type.String() },
      { additionalProperties: true, description: 'A place, a contact, an order or a link' }
    )
  ),
  member: nullable(Type.String({ description: 'Who of a group wrote' })),
  reactions: Type.Array(
    Type.Object({
      emoji: Type.String(),
      by: Type.Enum(['customer', 'agent']),
      id: Type.Integer({ description: "The agent's id, or that of the customer's identity" }),
      name: Type.String()
    })
  ),
  relays: Type.Array(
    Type.Object({
      address: Type.String(),
      status: Type.String({ description: 'As of a message, without received' }),
      status_reason: nullableText
    }),
    { description: 'Where else this reply went, such as by mail to a visitor who had left' }
  ),
  edited_at: nullableMoment,
  deleted_at: nullableMoment,
  send_after: nullableMoment,
  attachments: Type.Array(
    Type.Object({
      token: Type.String({ description: 'For `GET /attachments/:token`' }),
      filename: Type.String(),
      mime: Type.String(),
      size: Type.Integer(),
      state: Type.String()
    })
  ),
  at: moment
})

type ToldMessage = Static<typeof message>

/** Messages of one conversation in the order of `ids`. */
export async function tellMessages(
  db: Db,
  conversationId: number,
  ids: number[]
): Promise<ToldMessage[]> {
  const entries = new Map((await messagesOf(db, ids)).map(entry => [entry.id, entry]))
  return ids.flatMap(id => {
    const entry = entries.get(id)
    return entry ? [tell(conversationId, entry)] : []
  })
}

function tell(conversationId: number, entry: MessageEntry): ToldMessage {
  const { to = [], cc = [], bcc = [], template, choices = [], cards = [] } = entry.headers
  return {
    id: entry.id,
    conversation_id: conversationId,
    kind: entry.kind,
    channel: entry.channel,
    account_id: entry.accountId,
    author: entry.author as ToldMessage['author'],
    subject: entry.subject,
    text: entry.text,
    ...{ to, cc, bcc },
    is_automatic: entry.isAutomatic,
    is_verified: entry.isVerified,
    status: entry.status,
    status_reason: entry.statusReason,
    quoted_id: entry.quote?.id ?? null,
    quote: entry.headers.quote ?? (entry.quote?.text || null),
    template: template ? { name: template.name, language: template.language } : null,
    choices: choices.map(({ id, title }) => ({ id, title })),
    choice: entry.headers.choice ?? null,
    cards: cards.map(card => ({ ...card })),
    member: entry.headers.member ?? null,
    reactions: entry.reactions.map(({ emoji, actor, actorId, name }) => ({
      ...{ emoji, by: actor, id: actorId, name }
    })),
    relays: entry.relays.map(({ reason, ...relay }) => ({
      ...{ ...relay, status_reason: reason }
    })),
    edited_at: told(entry.editedAt),
    deleted_at: told(entry.deletedAt),
    send_after: told(entry.sendAfter),
    attachments: entry.attachments,
    at: told(entry.at)
  }
}
