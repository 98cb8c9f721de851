import { Type, type Static } from '../../web/type.ts'
import { fileLink } from '../../conversation/step/file-link.ts'
import { guardReply } from '../../conversation/reply/guard.ts'
import { findRoute, listReplyRoutes } from '../../conversation/reply/list-routes.ts'
import { addNote } from '../../conversation/note.ts'
import { sendReply } from '../../conversation/reply/send.ts'
import type { Conversation } from '../../conversation/table.ts'
import { conflict } from '../../errors.ts'
import type { FilledTemplate } from '../../plugin-api/template.ts'
import type { Sapa } from '../../sapa.ts'
import type { Reader } from '../reader.ts'

/** What the composer posts. */
export const writing = Type.Object({
  kind: Type.Union([Type.Literal('reply'), Type.Literal('note')]),
  text: Type.String({ maxLength: 100_000 }),
  idempotency_key: Type.String({ minLength: 8, maxLength: 64 }),
  seen: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 20 })),
  attachment: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 })),
  /** `<account>:<identity>`; without it the usual way. */
  route: Type.Optional(Type.String({ maxLength: 40 })),
  quote: Type.Optional(Type.Integer({ minimum: 1 })),
  choice: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 })),
  cc: Type.Optional(Type.String({ maxLength: 4000 })),
  bcc: Type.Optional(Type.String({ maxLength: 4000 })),
  then: Type.Optional(Type.Union([Type.Literal('close'), Type.Literal('pending')])),
  message: Type.Integer({ minimum: 0, default: 0 }),
  event: Type.Integer({ minimum: 0, default: 0 }),
  leg: Type.String({ maxLength: 80, default: '' })
})
type Writing = Static<typeof writing>

/** What a reply may be made of, however it was written. */
export interface Written extends Omit<Writing, 'kind' | 'message' | 'event' | 'leg'> {
  template?: FilledTemplate
}

export async function write(
  sapa: Sapa,
  { agent }: Reader,
  conversation: Conversation,
  body: Writing
): Promise<void> {
  if (body.kind === 'reply') return writeReply(sapa, { agent }, conversation, body)
  await addNote(
    sapa.db,
    {
      conversationId: conversation.id,
      agentId: agent.id,
      text: body.text,
      attachments: body.attachment,
      clientKey: body.idempotency_key
    },
    sapa.clock()
  )
}

export async function writeReply(
  sapa: Sapa,
  { agent }: Pick<Reader, 'agent'>,
  conversation: Conversation,
  body: Written
): Promise<void> {
  const reply = {
    conversationId: conversation.id,
    agentId: agent.id,
    text: body.text,
    attachments: body.attachment,
    clientKey: body.idempotency_key,
    template: body.template,
    choices: choicesIn(body.choice),
    ...(await wayOf(sapa, conversation, body.route))
  }
  const guarded = await guardReply(sapa.plugins.hooks.hooks, sapa.db, reply, sapa.clock())
  const then = body.then === 'close' ? 'closed' : body.then
  await sendReply(
    sapa.db,
    {
      ...guarded,
      cc: addressesIn(body.cc),
      bcc: addressesIn(body.bcc),
      quotedId: body.quote,
      // The refusal of an overtaken reply brings a second, newer `seen` with it.
      seen: Math.max(0, ...(body.seen ?? [])),
      linkTo: file => fileLink(sapa.secrets, sapa.config.publicUrl, file.token, sapa.clock()),
      ...(then ? { then: { status: then } } : {})
    },
    sapa.clock()
  )
}

/** Whoever the account leads to anyway is not named: then a mail's own wish for answers counts. */
async function wayOf(sapa: Sapa, conversation: Conversation, key: string | undefined) {
  if (!key) return {}
  const routes = await listReplyRoutes(sapa.db, conversation, sapa.clock())
  const route = findRoute(routes, key)
  if (!route) throw conflict('route_gone')
  const { account, identity } = route
  const first = routes.find(one => one.account.id === account.id)
  return {
    accountId: account.id,
    ...(first === route ? {} : { to: { identityId: identity.id } })
  }
}

/** "a@x.example, b@y.example": what is no address is refused by `sendReply`. */
function addressesIn(text = '') {
  const parts = text.split(/[,;\s]+/).filter(Boolean)
  return parts.map(value => ({ kind: 'email' as const, value }))
}

function choicesIn(titles: string[] = []) {
  const given = titles.map(title => title.trim()).filter(Boolean)
  return given.map((title, index) => ({ id: String(index + 1), title }))
}
