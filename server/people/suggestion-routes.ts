import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { acceptSuggestion, refuseSuggestion } from '../conversation/merge/decide-suggestion.ts'
import { showPane } from '../inbox/conversation-page.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'

const schema = {
  params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
  querystring: Type.Object({ conversation: Type.Optional(Type.Integer({ minimum: 1 })) })
}

/** "May be the same person": an agent decides. Answers the pane that asked, or leads to the customer. */
export function suggestionRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const config = {
    can: 'customer:edit',
    /** Somebody was faster: the pane as it is now says it best. */
    onRefusal: (request: Request, reply: Reply, problem: Problem) => {
      const conversation = Number((request.query as { conversation?: unknown }).conversation ?? 0)
      if (conversation > 0) return answer(request, reply, conversation, 0)
      return reply.part('error/_fragment', { problem })
    }
  } as const

  app.put('/suggestions/:id/acceptance', { schema, config }, async (request, reply) => {
    const { agent } = readerOf(request)
    const { conversation } = request.query
    if (conversation !== undefined) await findVisible(db, conversation, agent)
    const kept = await acceptSuggestion(db, request.params.id, agent.id, clock())
    return answer(request, reply, conversation, kept)
  })

  app.put('/suggestions/:id/refusal', { schema, config }, async (request, reply) => {
    const { agent } = readerOf(request)
    const { conversation } = request.query
    if (conversation !== undefined) await findVisible(db, conversation, agent)
    const own = await refuseSuggestion(db, request.params.id, agent.id, clock())
    return answer(request, reply, conversation, own)
  })

  async function answer(
    request: Request,
    reply: Reply,
    conversation: number | undefined,
    customer: number
  ) {
    if (conversation === undefined) {
      return reply.header('hx-redirect', `/customers/${customer}`).code(204).send()
    }
    const reader = readerOf(request)
    const row = await findVisible(db, conversation, reader.agent)
    return reply.part('conversation/_pane', { pane: await showPane(sapa, reader, row) })
  }
}
