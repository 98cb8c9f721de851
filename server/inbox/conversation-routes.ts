import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { markUnread } from '../conversation/unread.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import {
  showHeader,
  showNews,
  showPane,
  showTimeline,
  type LookedTimeline
} from './conversation-page.ts'
import type { ShownHeader } from './present/header.ts'
import type { ShownPane } from './present/pane.ts'
import { readerOf } from './reader.ts'
import { noteSeen, showWholePage, type WholePage } from './whole-page.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/show': WholePage
    'conversation/_header': { header: ShownHeader }
    'conversation/_timeline-page': { timeline: LookedTimeline }
    'conversation/_news': { timeline: LookedTimeline }
    'conversation/_pane': { pane: ShownPane }
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const pageQuery = Type.Object({
  view: Type.Optional(Type.String({ maxLength: 20 })),
  route: Type.Optional(Type.String({ maxLength: 40 }))
})
const beforeQuery = Type.Object({ before: Type.Optional(Type.String({ maxLength: 40 })) })
const newsQuery = Type.Object({
  message: Type.Integer({ minimum: 0, default: 0 }),
  event: Type.Integer({ minimum: 0, default: 0 }),
  leg: Type.String({ maxLength: 80, default: '' })
})

const seenBody = Type.Object({ message: Type.Integer({ minimum: 1 }) })

/** The page of one conversation, and each of its parts by its own address. */
export function conversationRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:read' } as const

  // The same page; `screen` says which pane a phone shows.
  const screens = {
    '/conversations/:id': 'conversation',
    '/conversations/:id/customer': 'customer'
  } as const
  for (const [path, screen] of Object.entries(screens)) {
    app.get(
      path,
      { schema: { params, querystring: pageQuery }, config },
      async (request, reply) => {
        const { view = 'all', route } = request.query
        const { id } = request.params
        const values = await showWholePage(sapa, readerOf(request), id, view, screen, { route })
        return reply.page('conversation/show', values)
      }
    )
  }

  app.delete('/conversations/:id/seen', { schema: { params }, config }, async (request, reply) => {
    const { agent } = readerOf(request)
    const { id } = await findVisible(sapa.reader, request.params.id, agent)
    await markUnread(sapa.db, id, agent.id, sapa.clock())
    return reply.code(204).send()
  })

  app.put(
    '/conversations/:id/seen',
    { schema: { params, body: seenBody }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, last_message_id } = await findVisible(
        sapa.reader,
        request.params.id,
        reader.agent
      )
      await noteSeen(sapa, reader, id, Math.min(request.body.message, last_message_id ?? 0))
      return reply.code(204).send()
    }
  )

  app.get('/c/:id', { schema: { params }, config }, (request, reply) =>
    reply.redirect(`/conversations/${request.params.id}`)
  )

  app.get('/conversations/:id/header', { schema: { params }, config }, async (request, reply) => {
    const reader = readerOf(request)
    const row = await findVisible(sapa.reader, request.params.id, reader.agent)
    return reply.part('conversation/_header', { header: await showHeader(sapa, reader, row) })
  })

  app.get('/conversations/:id/pane', { schema: { params }, config }, async (request, reply) => {
    const reader = readerOf(request)
    const row = await findVisible(sapa.reader, request.params.id, reader.agent)
    return reply.part('conversation/_pane', { pane: await showPane(sapa, reader, row) })
  })

  app.get(
    '/conversations/:id/timeline',
    { schema: { params, querystring: beforeQuery }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      await findVisible(sapa.reader, request.params.id, reader.agent)
      const { before = null } = request.query
      const timeline = await showTimeline(sapa, reader, request.params.id, before)
      return reply.part('conversation/_timeline-page', { timeline })
    }
  )

  app.get(
    '/conversations/:id/news',
    { schema: { params, querystring: newsQuery }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      await findVisible(sapa.reader, request.params.id, reader.agent)
      const { message, event, leg } = request.query
      const timeline = await showNews(sapa, reader, request.params.id, {
        messageId: message,
        eventId: event,
        leg
      })
      // A tab that nobody looks at fetches its news, too.
      if (!request.headers['x-sapa-hidden']) {
        await noteSeen(sapa, reader, request.params.id, timeline.lastMessageId)
      }
      return reply.part('conversation/_news', { timeline })
    }
  )
}
