import { findVisible } from '../conversation/access.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { listQuery, pageOfIds } from './conversation-list.ts'
import { conversationPatch, patchConversation } from './conversation-patch.ts'
import { guardOpening, newConversation, openConversation } from './conversation-start.ts'
import { conversation, tellConversation, tellConversations } from './conversation.ts'
import { once } from './once.ts'
import { described, idParams, onceHeaders, pageOf, ref } from './schema.ts'
import { keepFiles, maxBodyBytes } from './upload.ts'

const tag = 'conversations'

export function conversationRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/conversations',
    {
      schema: described(tag, 'List conversations', {
        querystring: listQuery,
        response: { 200: pageOf(conversation, 'A page of conversations') }
      }),
      config: { can: 'conversation:read' }
    },
    async request => {
      const { rows, next } = await pageOfIds(sapa.reader, agentOf(request), request.query)
      return { data: await tellConversations(sapa.reader, rows), next }
    }
  )

  api.post(
    '/conversations',
    {
      schema: described(tag, 'Write to a customer in a new conversation', {
        headers: onceHeaders,
        body: newConversation,
        response: { 201: ref(conversation, 'The conversation, with its first message') }
      }),
      config: { can: 'conversation:edit' },
      bodyLimit: maxBodyBytes
    },
    async (request, reply) => {
      const agent = agentOf(request)
      const opening = await guardOpening(sapa, agent, request.body)
      const files = await keepFiles(sapa, opening.attachments)
      reply.code(201)
      return once(sapa, request, reply, (trx, now) =>
        openConversation(sapa, trx, { agent, opening, files }, now)
      )
    }
  )

  api.get(
    '/conversations/:id',
    {
      schema: described(tag, 'Read a conversation', {
        params: idParams,
        response: { 200: ref(conversation, 'The conversation') }
      }),
      config: { can: 'conversation:read' }
    },
    async request => {
      const { id } = await findVisible(sapa.reader, request.params.id, agentOf(request))
      return tellConversation(sapa.reader, id)
    }
  )

  api.patch(
    '/conversations/:id',
    {
      schema: described(tag, 'Change status, assignee, team, tags, priority or snooze', {
        params: idParams,
        body: conversationPatch,
        response: { 200: ref(conversation, 'The conversation as it is now') }
      }),
      config: { can: 'conversation:close' }
    },
    request =>
      patchConversation(sapa.db, request.params.id, agentOf(request), request.body, sapa.clock())
  )
}
