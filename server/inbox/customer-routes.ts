import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { agentActor } from '../conversation/event.ts'
import { tagConversation, untagConversation } from '../conversation/tag.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { showPane } from './conversation-page.ts'
import { readerOf, type Reader } from './reader.ts'

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const tagParams = Type.Object({ ...params.properties, name: Type.String({ maxLength: 80 }) })
const tagBody = Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) })

/** What is changed in the customer pane. Answers the pane as it is now. */
export function customerRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:edit' } as const

  async function pane(reader: Reader, id: number) {
    return { pane: await showPane(sapa, reader, await findVisible(sapa.db, id, reader.agent)) }
  }

  app.post(
    '/conversations/:id/tags',
    { schema: { params, body: tagBody }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id } = request.params
      await findVisible(sapa.db, id, reader.agent)
      await tagConversation(
        sapa.db,
        id,
        request.body.name,
        agentActor(reader.agent.id),
        sapa.clock()
      )
      return reply.part('conversation/_pane', await pane(reader, id))
    }
  )

  app.delete(
    '/conversations/:id/tags/:name',
    { schema: { params: tagParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, name } = request.params
      await findVisible(sapa.db, id, reader.agent)
      await untagConversation(sapa.db, id, name, agentActor(reader.agent.id), sapa.clock())
      return reply.part('conversation/_pane', await pane(reader, id))
    }
  )
}
