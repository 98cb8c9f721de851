import { Type } from '../../web/type.ts'
import { findVisible } from '../../conversation/access.ts'
import { saveDraft } from '../../conversation/reply/draft.ts'
import { markSent } from '../../conversation/step/mark-sent.ts'
import { resendMessage } from '../../conversation/step/resend.ts'
import { cancelMessage } from '../../conversation/step/cancel.ts'
import type { ShownRegion } from '../../plugin-host/slot/show.ts'
import type { Sapa } from '../../sapa.ts'
import type { App } from '../../web/app.ts'
import { showComposer, type ShownComposer } from './composer.ts'
import { showNews, showTools, type LookedTimeline } from '../conversation-page.ts'
import { findReadable, showMessage } from '../message-part.ts'
import { callOf } from './refused-reply.ts'
import { readerOf } from '../reader.ts'
import { showWholePage, type Call } from '../whole-page.ts'
import { write, writing } from './write.ts'

declare module '../../web/page.ts' {
  interface Views {
    'conversation/_sent': { timeline: LookedTimeline; isReply: boolean }
    'conversation/_undone': { composer: ShownComposer; tools: ShownRegion }
    'conversation/_call': Call
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const messageParams = Type.Object({ ...params.properties, message: Type.Integer({ minimum: 1 }) })

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
      const row = await findVisible(sapa.db, id, reader.agent)
      try {
        await write(sapa, reader, row, request.body)
      } catch (error) {
        const { status, ...call } = await callOf(sapa, reader, error)
        if (isPart) return reply.code(status).part('conversation/_call', call)
        const { text: typed, route } = request.body
        const page = await showWholePage(sapa, reader, id, 'all', 'conversation', { route })
        return reply.code(status).page('conversation/show', { ...page, call, typed })
      }
      if (!isPart) return reply.redirect(`/conversations/${id}`, 303)
      const { message, event, leg, kind } = request.body
      const timeline = await showNews(sapa, reader, id, { messageId: message, eventId: event, leg })
      reply.header('hx-trigger', 'sapa:sent')
      return reply.part('conversation/_sent', { timeline, isReply: kind === 'reply' })
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
