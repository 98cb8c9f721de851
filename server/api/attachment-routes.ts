import { Type } from '../web/type.ts'
import { findFile, sendFile } from '../inbox/attachment-file.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { checkRoom } from '../inbox/composer/upload.ts'
import { once } from './once.ts'
import { described, onceHeaders } from './schema.ts'
import { file, keepFiles, maxBodyBytes, recordFiles } from './upload.ts'

const params = Type.Object({ token: Type.String({ pattern: '^[\\w-]{10,64}$' }) })
const upload = Type.Object({ token: Type.String() }, { description: 'The upload' })
const bytes = {
  description: 'The bytes',
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
}

export function attachmentRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/attachments/:token',
    {
      schema: described('attachments', 'Fetch a file', { params, response: { 200: bytes } }),
      config: { can: 'conversation:read' }
    },
    async (request, reply) => {
      const found = await findFile(sapa.reader, agentOf(request), request.params.token)
      return sendFile(reply as never, sapa.blobs, found)
    }
  )

  api.post(
    '/uploads',
    {
      schema: described('attachments', 'Keep a file for a message to come', {
        headers: onceHeaders,
        body: file,
        response: { 201: upload }
      }),
      config: { can: 'conversation:note' },
      bodyLimit: maxBodyBytes
    },
    async (request, reply) => {
      await checkRoom(sapa.db, agentOf(request).id)
      const kept = await keepFiles(sapa, [request.body])
      reply.code(201)
      return once(sapa, request, reply, async (trx, now) => {
        const [token = ''] = await recordFiles(trx, agentOf(request).id, kept, now)
        return { token }
      })
    }
  )
}
