import { Type } from '../web/type.ts'
import type { Permission } from '../agent/permission.ts'
import { findVisible } from '../conversation/access.ts'
import { assignConversation } from '../conversation/assign.ts'
import { closeConversation } from '../conversation/close.ts'
import { agentActor, type Actor } from '../conversation/event.ts'
import { awaitCustomer } from '../conversation/pending.ts'
import { prioritiseConversation } from '../conversation/prioritise.ts'
import { reopenConversation } from '../conversation/reopen.ts'
import { snoozeConversation } from '../conversation/snooze.ts'
import { markSpam } from '../conversation/spam.ts'
import { assignTeam } from '../conversation/team.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { showHeader } from './conversation-page.ts'
import type { ShownHeader } from './present/header.ts'
import { readerOf } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_closed': { header: ShownHeader }
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
type WithId = Request & { params: { id: number } }

/** A change of a conversation's state is a resource: put it there, or take it away. Answers the new head. */
export function stateRoutes(app: App, sapa: Sapa): void {
  /** Checks that the agent may see it, makes the change, and shows the head as it is now. */
  async function changed(
    request: WithId,
    reply: Reply,
    change: (id: number, actor: Actor, now: Date) => Promise<unknown>,
    view: 'conversation/_header' | 'conversation/_closed' = 'conversation/_header'
  ) {
    const reader = readerOf(request)
    const { id } = request.params
    await findVisible(sapa.db, id, reader.agent)
    await change(id, agentActor(reader.agent.id), sapa.clock())
    const row = await findVisible(sapa.db, id, reader.agent)
    return reply.part(view, { header: await showHeader(sapa, reader, row) })
  }
  const allowed = (can: Permission) => ({ schema: { params }, config: { can } })
  const { db } = sapa

  app.put('/conversations/:id/closure', allowed('conversation:close'), (request, reply) =>
    changed(
      request,
      reply,
      (id, actor, now) => closeConversation(db, id, actor, now),
      'conversation/_closed'
    )
  )
  app.delete('/conversations/:id/closure', allowed('conversation:close'), (request, reply) =>
    changed(request, reply, (id, actor, now) => reopenConversation(db, id, actor, now))
  )
  app.put('/conversations/:id/pending', allowed('conversation:close'), (request, reply) =>
    changed(request, reply, (id, actor, now) => awaitCustomer(db, id, actor, now))
  )
  app.delete('/conversations/:id/pending', allowed('conversation:close'), (request, reply) =>
    changed(request, reply, (id, actor, now) => reopenConversation(db, id, actor, now))
  )
  app.delete('/conversations/:id/snooze', allowed('conversation:close'), (request, reply) =>
    changed(request, reply, (id, actor, now) => reopenConversation(db, id, actor, now))
  )
  app.delete('/conversations/:id/assignment', allowed('conversation:assign'), (request, reply) =>
    changed(request, reply, (id, actor, now) => assignConversation(db, id, null, actor, now))
  )
  app.put('/conversations/:id/spam', allowed('conversation:edit'), (request, reply) =>
    changed(request, reply, (id, actor, now) => markSpam(db, id, true, actor, now))
  )
  app.delete('/conversations/:id/spam', allowed('conversation:edit'), (request, reply) =>
    changed(request, reply, (id, actor, now) => markSpam(db, id, false, actor, now))
  )

  const snooze = Type.Object({ until: Type.Integer({ minimum: 0 }) })
  app.put(
    '/conversations/:id/snooze',
    { schema: { params, body: snooze }, config: { can: 'conversation:close' } },
    (request, reply) =>
      changed(request, reply, (id, actor, now) =>
        snoozeConversation(db, id, request.body.until, actor, now)
      )
  )

  const assignment = Type.Object({ assignee: Type.String({ pattern: '^(me|\\d{1,9})$' }) })
  app.put(
    '/conversations/:id/assignment',
    { schema: { params, body: assignment }, config: { can: 'conversation:assign' } },
    (request, reply) => {
      const { assignee } = request.body
      const agentId = assignee === 'me' ? readerOf(request).agent.id : Number(assignee)
      return changed(request, reply, (id, actor, now) =>
        assignConversation(db, id, agentId, actor, now)
      )
    }
  )

  const team = Type.Object({ team: Type.Integer({ minimum: 1 }) })
  app.put(
    '/conversations/:id/team',
    { schema: { params, body: team }, config: { can: 'conversation:assign' } },
    (request, reply) =>
      changed(request, reply, (id, actor, now) => assignTeam(db, id, request.body.team, actor, now))
  )
  app.delete('/conversations/:id/team', allowed('conversation:assign'), (request, reply) =>
    changed(request, reply, (id, actor, now) => assignTeam(db, id, null, actor, now))
  )

  const level = Type.Union(
    (['low', 'normal', 'high', 'urgent'] as const).map(value => Type.Literal(value))
  )
  app.put(
    '/conversations/:id/priority',
    {
      schema: { params, body: Type.Object({ priority: level }) },
      config: { can: 'conversation:edit' }
    },
    (request, reply) =>
      changed(request, reply, (id, actor, now) =>
        prioritiseConversation(db, id, request.body.priority, actor, now)
      )
  )
}
