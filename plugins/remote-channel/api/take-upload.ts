import { uploadName } from '../item.ts'
import type { RemoteTools } from '../tools.ts'
import { keepUpload } from '../upload.ts'
import { ApiError, json, type Answer } from './answer.ts'

/** A file that a message names by `upload`, before or after the message. */
export const takeUpload =
  ({ db }: RemoteTools): Answer =>
  async (request, { settings }, account) => {
    const id = request.params['id'] ?? ''
    const { body } = request
    if (!uploadName.test(id)) throw new ApiError(422, 'invalid', 'No usable name', { field: 'id' })
    if (!settings.attachmentsIn) {
      throw new ApiError(403, 'not_allowed', 'This account takes no attachments')
    }
    if (body.byteLength === 0) throw new ApiError(422, 'invalid', 'The file is empty')
    if (body.byteLength > settings.maxBytes) {
      throw new ApiError(413, 'too_large', `Larger than ${settings.maxBytes} bytes`)
    }
    const mime = request.headers['content-type'] ?? 'application/octet-stream'
    const outcome = await keepUpload(db, account, { id, mime, body }, Date.now())
    if (outcome === 'taken') throw new ApiError(409, 'name_taken', 'Another file has this name')
    if (outcome === 'full') {
      const more = { retryAfter: 60 }
      throw new ApiError(429, 'uploads_full', 'Too many files wait to be fetched', more)
    }
    return json(outcome === 'kept' ? 201 : 200, { id, size: body.byteLength })
  }
