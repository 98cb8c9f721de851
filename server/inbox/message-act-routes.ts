import { Type } from '../web/type.ts'
import { retryMedia } from '../channel/media-retry.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { findReadable, showMessage } from './message-part.ts'
import { readerOf } from './reader.ts'

const params = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  message: Type.Integer({ minimum: 1 })
})
const fileParams = Type.Object({
  ...params.properties,
  token: Type.String({ minLength: 10, maxLength: 64 })
})

/** What agents do to messages that are there. */
export function messageActRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:reply' } as const

  app.put(
    '/conversations/:id/messages/:message/files/:token/request',
    { schema: { params: fileParams }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message, token } = request.params
      await findReadable(sapa.db, reader, id, message)
      await retryMedia(sapa.db, { messageId: message, token }, sapa.clock())
      return reply.part('conversation/_message', {
        message: await showMessage(sapa, reader, id, message)
      })
    }
  )
}
