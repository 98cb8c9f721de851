import { Type } from '../web/type.ts'
import { isFileLink } from '../conversation/step/file-link.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { disposition } from './attachment-file.ts'

const params = Type.Object({ token: Type.String({ minLength: 10, maxLength: 64 }) })
const querystring = Type.Object({
  until: Type.Integer({ minimum: 0 }),
  proof: Type.String({ maxLength: 64 })
})

/** Files for customers, by the signed links in their messages. Always a download, never a page of ours. */
export function fileLinkRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/files/:token',
    { schema: { params, querystring }, config: { isPublic: true } },
    async (request, reply) => {
      const { token } = request.params
      if (!isFileLink(sapa.secrets, token, request.query, sapa.clock())) throw notFound('file')
      const file = await sapa.reader
        .selectFrom('attachment')
        .innerJoin('message', 'message.id', 'attachment.message_id')
        .select(['attachment.blob_hash', 'attachment.filename'])
        .where('attachment.token', '=', token)
        .where('message.kind', '=', 'outbound')
        .where('message.status', '!=', 'cancelled')
        .executeTakeFirst()
      if (!file?.blob_hash) throw notFound('file')
      return reply
        .header('content-disposition', disposition(file.filename))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, no-store')
        .header('x-robots-tag', 'noindex')
        .type('application/octet-stream')
        .send(sapa.blobs.stream(file.blob_hash))
    }
  )
}
