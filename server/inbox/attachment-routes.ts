import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { findFile, sendFile } from './attachment-file.ts'
import { keepUpload, removeUpload } from './composer/upload.ts'
import { readerOf } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_uploads': { files: { token: string; filename: string; size: string }[] }
  }
}

const tokenParams = Type.Object({ token: Type.String({ minLength: 10, maxLength: 64 }) })
const idParams = Type.Object({ id: Type.Integer({ minimum: 1 }) })

/** Files of messages, and uploads that wait for their reply. */
export function attachmentRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/attachments/:token',
    { schema: { params: tokenParams }, config: { can: 'conversation:read' } },
    async (request, reply) => {
      const file = await findFile(sapa.reader, readerOf(request).agent, request.params.token)
      // Asked for again each time: whoever signs out leaves nothing that the browser would still show.
      const etag = `"${file.blob_hash}"`
      reply.headers({ 'cache-control': 'private, no-cache', etag })
      if (request.headers['if-none-match']?.replace('W/', '') === etag)
        return reply.code(304).send()
      const { range, 'if-range': condition } = request.headers
      const isSame = condition === undefined || condition === etag
      return sendFile(reply, sapa.blobs, file, isSame ? range : undefined)
    }
  )

  app.post(
    '/conversations/:id/uploads',
    { schema: { params: idParams }, config: { can: 'conversation:reply' } },
    async (request, reply) => {
      const { agent, words } = readerOf(request)
      await findVisible(sapa.reader, request.params.id, agent)
      const files = []
      for await (const part of request.files()) {
        const kept = await keepUpload(sapa, agent.id, part, sapa.clock())
        files.push({ ...kept, size: words.bytes(kept.size) })
      }
      return reply.part('conversation/_uploads', { files })
    }
  )

  app.delete(
    '/uploads/:token',
    { schema: { params: tokenParams }, config: { can: 'conversation:reply' } },
    async (request, reply) => {
      await removeUpload(sapa.db, readerOf(request).agent.id, request.params.token)
      return reply.code(200).send('')
    }
  )
}
