import { Type } from 'typebox'
import { findVisible } from '../conversation/access.ts'
import { markSeen } from '../conversation/seen.ts'
import { unlessFull } from '../db/full.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { showComposer, type ShownComposer } from './composer.ts'
import {
  showConversation,
  showHeader,
  showNews,
  showPane,
  showTimeline,
  type LookedTimeline
} from './conversation-page.ts'
import { showList, type ShownList } from './list-page.ts'
import type { ShownHeader } from './present-header.ts'
import type { ShownPane } from './present-pane.ts'
import { readerOf, type Reader } from './reader.ts'
import { shellOf, type Shell } from './shell.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/show': {
      shell: Shell
      list: ShownList
      header: ShownHeader
      timeline: LookedTimeline
      pane: ShownPane
      composer: ShownComposer
      screen: 'conversation' | 'customer'
    }
    'conversation/_header': { header: ShownHeader }
    'conversation/_timeline-page': { timeline: LookedTimeline }
    'conversation/_news': { timeline: LookedTimeline }
    'conversation/_pane': { pane: ShownPane }
    'conversation/_composer-state': { composer: ShownComposer }
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const pageQuery = Type.Object({ view: Type.Optional(Type.String({ maxLength: 20 })) })
const beforeQuery = Type.Object({ before: Type.Optional(Type.String({ maxLength: 40 })) })
const newsQuery = Type.Object({
  message: Type.Integer({ minimum: 0, default: 0 }),
  event: Type.Integer({ minimum: 0, default: 0 }),
  leg: Type.String({ maxLength: 80, default: '' })
})

/** The page of one conversation, and each of its parts by its own address. */
export function conversationRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:read' } as const

  async function page(
    id: number,
    reader: Reader,
    view: string,
    screen: 'conversation' | 'customer'
  ) {
    const { row, ...parts } = await showConversation(sapa, reader, id)
    await noteSeen(row.last_message_id, id, reader)
    const [list, shell, composer] = await Promise.all([
      showList(sapa, reader, view, { selectedId: id }),
      shellOf(sapa, reader, `/inbox/${view}`),
      showComposer(sapa, reader, row)
    ])
    return { ...parts, list, shell, composer, screen }
  }

  /** What a page shows counts as read by its reader. */
  async function noteSeen(messageId: number | null, id: number, reader: Reader): Promise<void> {
    if (!messageId) return
    await unlessFull(markSeen(sapa.db, id, reader.agent.id, messageId, sapa.clock()))
  }

  app.get(
    '/conversations/:id',
    { schema: { params, querystring: pageQuery }, config },
    async (request, reply) => {
      const { view = 'all' } = request.query
      const values = await page(request.params.id, readerOf(request), view, 'conversation')
      return reply.page('conversation/show', values)
    }
  )

  app.get(
    '/conversations/:id/customer',
    { schema: { params, querystring: pageQuery }, config },
    async (request, reply) => {
      const { view = 'all' } = request.query
      const values = await page(request.params.id, readerOf(request), view, 'customer')
      return reply.page('conversation/show', values)
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
    '/conversations/:id/composer-state',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const row = await findVisible(sapa.reader, request.params.id, reader.agent)
      const composer = await showComposer(sapa, reader, row)
      return reply.part('conversation/_composer-state', { composer })
    }
  )

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
      await noteSeen(timeline.lastMessageId, request.params.id, reader)
      return reply.part('conversation/_news', { timeline })
    }
  )
}
