import type { IncomingMessage } from 'node:http'
import { networkOf } from '../../agent/network.ts'
import { DomainError } from '../../errors.ts'
import type { App } from '../../web/app.ts'
import { usualBody } from './admit.ts'
import { BodyRoom } from './body-room.ts'

/** More than any route may ask for. */
export const largestBody = 30 * 1024 * 1024

/** The handler gets the bytes as they came: signatures are made over them. No more than the route takes. */
export function readBytes(scope: App): void {
  const room = new BodyRoom()
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { bodyLimit: largestBody }, (request, payload, done) => {
    const limit = request.pluginRoute?.route.bodyLimit ?? usualBody
    const isPublic = request.pluginRoute?.route.access === 'public'
    const hold = isPublic ? room.hold(networkOf(request.ip)) : null
    const whole = collect(payload, limit, size => hold?.grow(size) ?? true)
    whole
      .finally(() => hold?.release())
      .then(
        bytes => done(null, bytes),
        (error: Error) => done(error)
      )
  })
}

function collect(
  payload: IncomingMessage,
  limit: number,
  hasRoom: (size: number) => boolean
): Promise<Buffer> {
  return new Promise((resolve, refuse) => {
    const chunks: Buffer[] = []
    let size = 0
    let isRefused = false
    // The rest is let pass unkept, so that the answer can be read.
    const drop = (error: DomainError) => {
      isRefused = true
      chunks.length = 0
      refuse(error)
    }
    payload.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (isRefused) return
      if (size > limit) drop(new DomainError('too_large', 413))
      else if (!hasRoom(size)) drop(new DomainError('too_many_requests', 429))
      else chunks.push(chunk)
    })
    payload.once('end', () => resolve(Buffer.concat(chunks)))
    payload.once('error', refuse)
    payload.once('close', () => refuse(new DomainError('bad_request', 400)))
  })
}
