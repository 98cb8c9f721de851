import { Type, type Static } from '../web/type.ts'
import { may } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { findVisible } from '../conversation/access.ts'
import { fileLink } from '../conversation/step/file-link.ts'
import { guardReply, type Guarded } from '../conversation/reply/guard.ts'
import { addNote } from '../conversation/note.ts'
import { sendReply } from '../conversation/reply/send.ts'
import type { Db } from '../db/schema.ts'
import { InvalidInput } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf, Forbidden } from '../web/permission.ts'
import { message, tellMessages } from './message.ts'
import { once } from './once.ts'
import { filledTemplate, replyTemplate, writtenText } from './reply-template.ts'
import { cutPage, defaultLimit, described, id, idOf, idParams, line } from './schema.ts'
import { onceHeaders, pageOf, pageQuery, ref } from './schema.ts'
import { attachments, keepFiles, maxBodyBytes, recordFiles, type KeptFile } from './upload.ts'

const query = Type.Object({
  ...pageQuery,
  order: Type.Optional(
    Type.Enum(['asc', 'desc'], { description: 'asc (default): the oldest first' })
  )
})

const copies = Type.Array(line(320), { maxItems: 50 })

const writing = Type.Object({
  kind: Type.Enum(['reply', 'note']),
  text: Type.Optional(writtenText),
  account_id: Type.Optional(
    Type.Integer({ ...id, description: 'Default: where the customer can be reached best' })
  ),
  identity_id: Type.Optional(
    Type.Integer({ ...id, description: 'To which address; see `GET /conversations/:id/routes`' })
  ),
  quoted_id: Type.Optional(
    Type.Integer({ ...id, description: 'The message of this conversation that is answered' })
  ),
  template: Type.Optional(replyTemplate),
  choices: Type.Optional(
    Type.Array(Type.Object({ id: line(64), title: line(200), hint: Type.Optional(line(200)) }), {
      maxItems: 20,
      description: 'Answers to tap; numbered lines where the channel has none'
    })
  ),
  attachments: Type.Optional(attachments),
  cc: Type.Optional(copies),
  bcc: Type.Optional(copies)
})
type Writing = Static<typeof writing>

export function messageRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/conversations/:id/messages',
    {
      schema: described('messages', 'List the messages of a conversation', {
        params: idParams,
        querystring: query,
        response: { 200: pageOf(message, 'A page of messages') }
      }),
      config: { can: 'conversation:read' }
    },
    async request => {
      const { id: conversationId } = request.params
      await findVisible(sapa.reader, conversationId, agentOf(request))
      const { shown, next } = await pageOfMessages(sapa.reader, conversationId, request.query)
      return { data: await tellMessages(sapa.reader, conversationId, shown), next }
    }
  )

  api.post(
    '/conversations/:id/messages',
    {
      schema: described('messages', 'Reply to the customer, or leave a note for colleagues', {
        params: idParams,
        headers: onceHeaders,
        body: writing,
        response: { 201: ref(message, 'The message; a reply is sent after the time to undo it') }
      }),
      config: { can: 'conversation:note' },
      bodyLimit: maxBodyBytes
    },
    async (request, reply) => {
      const agent = agentOf(request)
      const { id: conversationId } = request.params
      await findVisible(sapa.db, conversationId, agent)
      const body = await guarded(sapa, agent, conversationId, request.body)
      const files = await keepFiles(sapa, body.attachments)
      reply.code(201)
      return once(sapa, request, reply, (trx, now) =>
        write(sapa, trx, { agent, conversationId, body, files }, now)
      )
    }
  )
}

async function pageOfMessages(db: Db, conversationId: number, asked: Static<typeof query>) {
  const { order = 'asc', limit = defaultLimit } = asked
  const beyond = idOf(asked.cursor)
  let rows = db
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('status', '!=', 'cancelled')
    .orderBy('id', order)
    .limit(limit + 1)
  if (beyond !== undefined) rows = rows.where('id', order === 'asc' ? '>' : '<', beyond)
  const { shown, next } = cutPage(await rows.execute(), limit)
  return { shown: shown.map(row => row.id), next }
}

/** Plugins see a reply before anything is stored. */
async function guarded(
  { plugins, db, clock }: Sapa,
  { id: agentId }: Agent,
  conversationId: number,
  body: Writing
): Promise<Writing & Guarded> {
  if (body.kind === 'note') return body
  const { text: written = '' } = body
  const to = wayOf(body)
  const said = { text: written, template: filledTemplate(body.template), choices: choicesOf(body) }
  const reply = { conversationId, agentId, ...to, ...said }
  const { text, choices, added } = await guardReply(plugins.hooks.hooks, db, reply, clock())
  return { ...body, text, added, ...(choices && { choices }) }
}

interface Given {
  agent: Agent
  conversationId: number
  body: Writing & Guarded
  files: KeptFile[]
}

async function write(
  { secrets, config }: Sapa,
  trx: Db,
  { agent, conversationId, body, files }: Given,
  now: Date
) {
  const { kind, text = '', account_id, identity_id, quoted_id, template, choices, cc, bcc } = body
  // Checked again inside: between the first look and now a guest may have lost it.
  await findVisible(trx, conversationId, agent)
  const common = {
    ...{ conversationId, agentId: agent.id, text },
    attachments: await recordFiles(trx, agent.id, files, now)
  }
  if (kind === 'note') {
    refuseForNotes({ account_id, identity_id, quoted_id, template, choices, cc, bcc })
    const { id: noteId } = await addNote(trx, common, now)
    return tellOne(trx, conversationId, noteId)
  }
  if (!may(agent.role, 'conversation:reply')) throw new Forbidden('conversation:reply')
  const typed = (list: string[] = []) => list.map(value => ({ kind: 'email' as const, value }))
  const { id: replyId } = await sendReply(
    trx,
    {
      ...{ ...common, ...wayOf(body), cc: typed(cc), bcc: typed(bcc) },
      added: body.added,
      ...{ quotedId: quoted_id, template: filledTemplate(body.template), choices: choicesOf(body) },
      linkTo: sent => fileLink(secrets, config.publicUrl, sent.token, now)
    },
    now
  )
  return tellOne(trx, conversationId, replyId)
}

const wayOf = ({ account_id, identity_id }: Writing) => ({
  accountId: account_id,
  ...(identity_id === undefined ? {} : { to: { identityId: identity_id } })
})

const choicesOf = ({ choices }: Writing) =>
  choices?.map(({ id: key, title, hint }) => ({ id: key, title, ...(hint ? { hint } : {}) }))

/** A note that names a receiver was surely meant to be a reply. */
function refuseForNotes(given: Record<string, unknown>): void {
  const wrong = Object.keys(given).filter(name => given[name] !== undefined)
  if (wrong.length === 0) return
  throw new InvalidInput(Object.fromEntries(wrong.map(name => [name, 'error.field.invalid'])))
}

async function tellOne(trx: Db, conversationId: number, messageId: number) {
  const [told] = await tellMessages(trx, conversationId, [messageId])
  if (!told) throw new Error(`Message ${messageId} is gone`)
  return told
}
