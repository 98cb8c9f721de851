import { Type } from '../web/type.ts'
import { retryMedia } from '../channel/media/retry.ts'
import { editMessage, reactTo, removeMessage } from '../conversation/action/act.ts'
import { guardEdit } from '../conversation/action/guard-edit.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { findReadable, showMessage } from './message-part.ts'
import { readerOf, type Reader } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_refused': { text: string }
    'conversation/_edit': {
      edit: { id: number; conversationId: number; text: string; maxLength: number }
    }
  }
}

const params = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  message: Type.Integer({ minimum: 1 })
})
const fileParams = Type.Object({
  ...params.properties,
  token: Type.String({ minLength: 10, maxLength: 64 })
})
/** The longest emojis are families and flags of many signs. */
const reaction = Type.Object({ emoji: Type.String({ minLength: 1, maxLength: 40 }) })
const maxLength = 20_000
const edit = Type.Object({ text: Type.String({ maxLength }) })

/** What agents do to messages that are there. */
export function messageActRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const can = 'conversation:reply' as const
  const config = { can, onRefusal: sayWhy }

  async function show(reader: Reader, { id, message }: { id: number; message: number }) {
    return { message: await showMessage(sapa, reader, id, message) }
  }

  app.put(
    '/conversations/:id/messages/:message/reactions',
    { schema: { params, body: reaction }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message: messageId } = request.params
      await findReadable(db, reader, id, messageId)
      const { emoji } = request.body
      await reactTo(db, { messageId, agentId: reader.agent.id, emoji }, clock())
      return reply.part('conversation/_message', await show(reader, request.params))
    }
  )

  app.delete(
    '/conversations/:id/messages/:message/reactions',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message: messageId } = request.params
      await findReadable(db, reader, id, messageId)
      await reactTo(db, { messageId, agentId: reader.agent.id, emoji: null }, clock())
      return reply.part('conversation/_message', await show(reader, request.params))
    }
  )

  app.get(
    '/conversations/:id/messages/:message/text',
    { schema: { params }, config },
    async (request, reply) => {
      const { id, message } = request.params
      const { text } = await findReadable(sapa.reader, readerOf(request), id, message)
      return reply.part('conversation/_edit', {
        edit: { id: message, conversationId: id, text, maxLength }
      })
    }
  )

  // The form shows by itself why it was refused.
  app.put(
    '/conversations/:id/messages/:message/text',
    { schema: { params, body: edit }, config: { can } },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message: messageId } = request.params
      await findReadable(db, reader, id, messageId)
      const text = request.body.text.replaceAll('\r\n', '\n')
      const change = { messageId, agentId: reader.agent.id, text }
      const guarded = await guardEdit(sapa.plugins.hooks.hooks, db, change)
      await editMessage(db, { ...change, ...guarded }, clock())
      reply.header('hx-trigger', 'sapa:close-dialog')
      return reply.part('conversation/_message', await show(reader, request.params))
    }
  )

  app.put(
    '/conversations/:id/messages/:message/removal',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message: messageId } = request.params
      await findReadable(db, reader, id, messageId)
      await removeMessage(db, { messageId, agentId: reader.agent.id }, clock())
      return reply.part('conversation/_message', await show(reader, request.params))
    }
  )

  app.put(
    '/conversations/:id/messages/:message/files/:token/request',
    { schema: { params: fileParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message, token } = request.params
      await findReadable(db, reader, id, message)
      await retryMedia(db, { messageId: message, token }, clock())
      return reply.part('conversation/_message', await show(reader, request.params))
    }
  )
}

/** The message stays as it is; why is told beside it. */
function sayWhy(_request: Request, reply: Reply, problem: Problem): unknown {
  const text = Object.values(problem.fields)[0] ?? problem.text
  return reply.part('conversation/_refused', { text })
}
