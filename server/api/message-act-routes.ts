import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { editMessage, reactTo, removeMessage } from '../conversation/action/act.ts'
import { findMessage } from '../conversation/find-message.ts'
import { guardEdit } from '../conversation/action/guard-edit.ts'
import { listVersions } from '../conversation/versions.ts'
import { cancelMessage } from '../conversation/step/cancel.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Request } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { message, tellMessages } from './message.ts'
import { described, id, line, moment, ref, told } from './schema.ts'

const params = Type.Object({ id, message_id: id })

const versions = Type.Object(
  { data: Type.Array(Type.Object({ text: Type.String(), replaced_at: moment })) },
  { description: 'What it said before, the oldest first' }
)

interface Acting {
  messageId: number
  agentId: number
}

/** What is done to a message that is there: reacting, changing, taking back. */
export function messageActRoutes(api: App, sapa: Sapa): void {
  const act = async (
    request: Request & { params: { id: number; message_id: number } },
    work: (trx: Db, acting: Acting, now: Date) => Promise<unknown>
  ) => {
    const agent = agentOf(request)
    const { id: conversationId, message_id: messageId } = request.params
    return inTransaction(sapa.db, async trx => {
      await findVisible(trx, conversationId, agent)
      await checkPlace(trx, conversationId, messageId)
      await work(trx, { messageId, agentId: agent.id }, sapa.clock())
      const [shown] = await tellMessages(trx, conversationId, [messageId])
      if (!shown) throw notFound('message')
      return shown
    })
  }
  const config = { can: 'conversation:reply' } as const
  const answer = { 200: ref(message, 'The message as it is now') }

  api.patch(
    '/conversations/:id/messages/:message_id',
    {
      schema: described('messages', 'Change the words of a message that was sent', {
        params,
        body: Type.Object({ text: Type.String({ maxLength: 100_000 }) }),
        response: answer
      }),
      config
    },
    async request => {
      const { id: conversationId, message_id: messageId } = request.params
      const agent = agentOf(request)
      await findVisible(sapa.db, conversationId, agent)
      await checkPlace(sapa.db, conversationId, messageId)
      const edit = { messageId, agentId: agent.id, text: request.body.text }
      const guarded = await guardEdit(sapa.plugins.hooks.hooks, sapa.db, edit)
      return act(request, (trx, acting, now) => editMessage(trx, { ...acting, ...guarded }, now))
    }
  )

  api.delete(
    '/conversations/:id/messages/:message_id',
    {
      schema: described('messages', 'Take a message back, also before it has left', {
        params,
        response: answer
      }),
      config
    },
    request =>
      act(request, async (trx, acting, now) => {
        const { status } = await findMessage(trx, acting.messageId)
        if (status === 'queued') return cancelMessage(trx, acting.messageId, now)
        return removeMessage(trx, acting, now)
      })
  )

  api.put(
    '/conversations/:id/messages/:message_id/reaction',
    {
      schema: described('messages', 'React to a message, for the business', {
        params,
        body: Type.Object({ emoji: line(32) }),
        response: answer
      }),
      config
    },
    request =>
      act(request, (trx, acting, now) =>
        reactTo(trx, { ...acting, emoji: request.body.emoji }, now)
      )
  )

  api.delete(
    '/conversations/:id/messages/:message_id/reaction',
    {
      schema: described('messages', 'Take the reaction back', { params, response: answer }),
      config
    },
    request => act(request, (trx, acting, now) => reactTo(trx, { ...acting, emoji: null }, now))
  )

  api.get(
    '/conversations/:id/messages/:message_id/versions',
    {
      schema: described('messages', 'Read what a message said before', {
        params,
        response: { 200: versions }
      }),
      config: { can: 'conversation:read' }
    },
    async request => {
      const { id: conversationId, message_id: messageId } = request.params
      await findVisible(sapa.reader, conversationId, agentOf(request))
      await checkPlace(sapa.reader, conversationId, messageId)
      const rows = await listVersions(sapa.reader, messageId)
      return { data: rows.map(row => ({ text: row.text, replaced_at: told(row.replaced_at) })) }
    }
  )
}

async function checkPlace(db: Db, conversationId: number, messageId: number): Promise<void> {
  const { conversation_id } = await findMessage(db, messageId)
  if (conversation_id !== conversationId) throw notFound('message')
}
