import type { OutboundAttachment } from 'sapa/plugin-api'
import { ApiError, type Answer } from './answer.ts'

/** A file of a step, for as long as the step is leased. */
export const showFile =
  (): Answer =>
  async (request, { queue }) => {
    const { clientRef = '', index = '' } = request.params
    const step = queue.leased(clientRef)
    const file = /^\d{1,2}$/.test(index) ? step?.attachments[Number(index)] : undefined
    if (!file) throw new ApiError(404, 'unknown_file', 'No file of a step that is given out')
    const headers = {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'cache-control': 'no-store'
    }
    return { status: 200, headers, body: await bytesOf(file) }
  }

/** Core cuts attachments to the account's limit, so that one fits into memory. */
async function bytesOf(file: OutboundAttachment): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of file.open()) parts.push(part)
  return Buffer.concat(parts)
}
