import { Type } from 'typebox'
import { findVisible } from '../conversation/access.ts'
import { conflict, notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { keepUpload, removeUpload } from './upload.ts'
import { readerOf } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_uploads': { files: { token: string; filename: string; size: string }[] }
  }
}

const tokenParams = Type.Object({ token: Type.String({ minLength: 10, maxLength: 64 }) })
const idParams = Type.Object({ id: Type.Integer({ minimum: 1 }) })

/** The only types that a browser may show; everything else is bytes to keep. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** Files of messages, and uploads that wait for their reply. */
export function attachmentRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/attachments/:token',
    { schema: { params: tokenParams }, config: { can: 'conversation:read' } },
    async (request, reply) => {
      const file = await sapa.reader
        .selectFrom('attachment')
        .leftJoin('message', 'message.id', 'attachment.message_id')
        .selectAll('attachment')
        .select('message.conversation_id')
        .where('attachment.token', '=', request.params.token)
        .executeTakeFirst()
      if (!file) throw notFound('attachment')
      await checkAccess(file)
      if (file.blob_hash === null) throw conflict('attachment_not_ready')
      return reply
        .header('content-disposition', disposition(file.filename))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, max-age=86400, immutable')
        .type(shown.has(file.mime) ? file.mime : 'application/octet-stream')
        .send(sapa.blobs.stream(file.blob_hash))

      async function checkAccess(row: { conversation_id: number | null; agent_id: number | null }) {
        const { agent } = readerOf(request)
        if (row.conversation_id !== null) await findVisible(sapa.reader, row.conversation_id, agent)
        else if (row.agent_id !== agent.id) throw notFound('attachment')
      }
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

/** RFC 6266: an ASCII name for old readers and the real one in UTF-8; never a quote or a line break. */
export function disposition(filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const full = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16)}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
