import { Type, type Static } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { saveDraft } from '../conversation/draft.ts'
import { fileLink } from '../conversation/file-link.ts'
import { guardReply } from '../conversation/guard-reply.ts'
import { markSent } from '../conversation/mark-sent.ts'
import { addNote } from '../conversation/note.ts'
import { sendReply } from '../conversation/reply.ts'
import { resendMessage } from '../conversation/resend.ts'
import { cancelMessage } from '../conversation/undo.ts'
import { isDiskFull } from '../db/full.ts'
import { DomainError, InvalidInput } from '../errors.ts'
import type { ShownRegion } from '../plugin-host/slot/show.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { showComposer, type ShownComposer } from './composer.ts'
import { showNews, showTools, type LookedTimeline } from './conversation-page.ts'
import { findReadable, showMessage } from './message-part.ts'
import { readerOf, type Reader } from './reader.ts'
import { showWholePage, type Call } from './whole-page.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_sent': { timeline: LookedTimeline }
    'conversation/_undone': { composer: ShownComposer; tools: ShownRegion }
    'conversation/_call': Call
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const messageParams = Type.Object({ ...params.properties, message: Type.Integer({ minimum: 1 }) })

const writing = Type.Object({
  kind: Type.Union([Type.Literal('reply'), Type.Literal('note')]),
  text: Type.String({ maxLength: 100_000 }),
  idempotency_key: Type.String({ minLength: 8, maxLength: 64 }),
  seen: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 20 })),
  attachment: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 })),
  cc: Type.Optional(Type.String({ maxLength: 4000 })),
  bcc: Type.Optional(Type.String({ maxLength: 4000 })),
  then: Type.Optional(Type.Union([Type.Literal('close'), Type.Literal('pending')])),
  message: Type.Integer({ minimum: 0, default: 0 }),
  event: Type.Integer({ minimum: 0, default: 0 }),
  leg: Type.String({ maxLength: 80, default: '' })
})
type Writing = Static<typeof writing>

const draft = Type.Object({
  kind: Type.Union([Type.Literal('reply'), Type.Literal('note')]),
  text: Type.String({ maxLength: 100_000 })
})

/** Writing: replies, notes, drafts; taking back, sending again. */
export function replyRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:reply' } as const

  app.post(
    '/conversations/:id/messages',
    { schema: { params, body: writing }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id } = request.params
      // Without script the form is posted as it is, and a whole page comes back.
      const isPart = request.headers['hx-request'] !== undefined
      await findVisible(sapa.db, id, reader.agent)
      try {
        await write(sapa, reader, id, request.body)
      } catch (error) {
        const { status, ...call } = await callOf(sapa, reader, error)
        if (isPart) return reply.code(status).part('conversation/_call', call)
        const page = await showWholePage(sapa, reader, id, 'all', 'conversation')
        const typed = request.body.text
        return reply.code(status).page('conversation/show', { ...page, call, typed })
      }
      if (!isPart) return reply.redirect(`/conversations/${id}`, 303)
      const { message, event, leg } = request.body
      const timeline = await showNews(sapa, reader, id, { messageId: message, eventId: event, leg })
      return reply.part('conversation/_sent', { timeline })
    }
  )

  app.delete(
    '/conversations/:id/messages/:message',
    { schema: { params: messageParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.db, reader, id, message)
      await cancelMessage(sapa.db, message, sapa.clock())
      const row = await findVisible(sapa.db, id, reader.agent)
      const [composer, tools] = await Promise.all([
        showComposer(sapa, reader, row),
        showTools(sapa, reader, row)
      ])
      return reply.part('conversation/_undone', { composer, tools })
    }
  )

  app.post(
    '/conversations/:id/messages/:message/attempts',
    { schema: { params: messageParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.db, reader, id, message)
      await resendMessage(sapa.db, message, reader.agent.id, sapa.clock())
      return reply.part('conversation/_message', {
        message: await showMessage(sapa, reader, id, message)
      })
    }
  )

  app.put(
    '/conversations/:id/messages/:message/confirmation',
    { schema: { params: messageParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.db, reader, id, message)
      await markSent(sapa.db, message, sapa.clock())
      return reply.part('conversation/_message', {
        message: await showMessage(sapa, reader, id, message)
      })
    }
  )

  app.put(
    '/conversations/:id/messages/:message/inquiry',
    { schema: { params: messageParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.db, reader, id, message)
      const isKnown = await sapa.dispatcher.check(message)
      if (!isKnown) reply.header('hx-trigger', '{"sapa:toast":{"name":"not-found-yet"}}')
      return reply.part('conversation/_message', {
        message: await showMessage(sapa, reader, id, message)
      })
    }
  )

  app.put(
    '/conversations/:id/draft',
    { schema: { params, body: draft }, config: { can: 'conversation:note' } },
    async (request, reply) => {
      const { agent } = readerOf(request)
      await findVisible(sapa.db, request.params.id, agent)
      const { kind: mode, text } = request.body
      const saved = await saveDraft(
        sapa.db,
        { conversationId: request.params.id, agentId: agent.id, mode, text },
        sapa.clock()
      )
      return reply.send({ version: saved.version })
    }
  )
}

async function write(sapa: Sapa, { agent }: Reader, id: number, body: Writing): Promise<void> {
  const common = {
    conversationId: id,
    agentId: agent.id,
    text: body.text,
    attachments: body.attachment,
    clientKey: body.idempotency_key
  }
  if (body.kind === 'note') {
    await addNote(sapa.db, common, sapa.clock())
    return
  }
  const then = body.then === 'close' ? 'closed' : body.then
  const guarded = await guardReply(sapa.plugins.hooks.hooks, sapa.db, common, sapa.clock())
  await sendReply(
    sapa.db,
    {
      ...guarded,
      cc: addressesIn(body.cc),
      bcc: addressesIn(body.bcc),
      // The refusal of an overtaken reply brings a second, newer `seen` with it.
      seen: Math.max(0, ...(body.seen ?? [])),
      linkTo: file => fileLink(sapa.secrets, sapa.config.publicUrl, file.token, sapa.clock()),
      ...(then ? { then: { status: then } } : {})
    },
    sapa.clock()
  )
}

/** "a@x.example, b@y.example": what is no address is refused by `sendReply`. */
function addressesIn(text = '') {
  const parts = text.split(/[,;\s]+/).filter(Boolean)
  return parts.map(value => ({ kind: 'email' as const, value }))
}

async function callOf(sapa: Sapa, { words }: Reader, thrown: unknown) {
  const error = isDiskFull(thrown) ? new DomainError('disk_full', 507) : thrown
  if (!(error instanceof DomainError)) throw error
  if (error.code === 'reply_overtaken') {
    const seen = Number(error.values['message'])
    return { status: 409, tone: 'info' as const, text: await newerText(sapa, seen, words), seen }
  }
  const [field] = error instanceof InvalidInput ? Object.values(error.fields) : []
  const text = words.t(field ?? `error.${error.code}`, error.values)
  return { status: error.status === 409 ? 409 : 422, tone: 'danger' as const, text, seen: null }
}

/** What the agent has not read yet. */
async function newerText(sapa: Sapa, id: number, words: Reader['words']): Promise<string> {
  const newer = await sapa.db
    .selectFrom('message')
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.text', 'message.kind', 'agent.name as agent', 'identity.name as customer'])
    .where('message.id', '=', id)
    .executeTakeFirst()
  const name =
    (newer?.kind === 'inbound' ? newer.customer : newer?.agent) ?? words.t('author.customer')
  return words.t('composer.newer', { name, text: (newer?.text ?? '').slice(0, 120) })
}
