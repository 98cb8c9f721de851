import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { assignConversation } from '../conversation/assign.ts'
import { closeConversation } from '../conversation/close.ts'
import { agentActor } from '../conversation/event.ts'
import { may } from '../agent/permission.ts'
import { inTransaction } from '../db/transaction.ts'
import { forbidden } from '../errors.ts'
import { reopenConversation } from '../conversation/reopen.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { showList, type ShownList } from './list-page.ts'
import { readerOf } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'inbox/_bulk-done': { list: ShownList; ids: number[] }
  }
}

const body = Type.Object({
  change: Type.Union([Type.Literal('take'), Type.Literal('close'), Type.Literal('reopen')]),
  view: Type.String({ maxLength: 20 }),
  id: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 200 })
})

/** One change for many conversations: all of them or none. */
export function bulkRoutes(app: App, sapa: Sapa): void {
  app.post(
    '/conversations/changes',
    { schema: { body }, config: { can: 'conversation:close' } },
    async (request, reply) => {
      const reader = readerOf(request)
      const { change, id: ids, view } = request.body
      if (change === 'take' && !may(reader.agent.role, 'conversation:assign')) throw forbidden()
      const actor = agentActor(reader.agent.id)
      const now = sapa.clock()
      await inTransaction(sapa.db, async trx => {
        for (const id of new Set(ids)) {
          await findVisible(trx, id, reader.agent)
          if (change === 'take') await assignConversation(trx, id, reader.agent.id, actor, now)
          else if (change === 'reopen') await reopenConversation(trx, id, actor, now)
          else await closeConversation(trx, id, actor, now)
        }
      })
      const list = await showList(sapa, reader, view)
      if (change === 'close') return reply.part('inbox/_bulk-done', { list, ids })
      return reply.part('inbox/_list', { list })
    }
  )
}
