import type { IncomingMessage } from 'node:http'
import { DomainError } from '../../errors.ts'
import type { App } from '../../web/app.ts'
import { usualBody } from './admit.ts'

/** More than any route may ask for. */
export const largestBody = 30 * 1024 * 1024

/** The handler gets the bytes as they came: signatures are made over them. No more than the route takes. */
export function readBytes(scope: App): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { bodyLimit: largestBody }, (request, payload, done) => {
    const limit = request.pluginRoute?.route.bodyLimit ?? usualBody
    collect(payload, limit).then(
      bytes => done(null, bytes),
      (error: Error) => done(error)
    )
  })
}

function collect(payload: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, refuse) => {
    const chunks: Buffer[] = []
    let size = 0
    payload.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= limit) chunks.push(chunk)
      // The rest is let pass unkept, so that the answer can be read.
      else refuse(new DomainError('too_large', 413))
    })
    payload.once('end', () => resolve(Buffer.concat(chunks)))
    payload.once('error', refuse)
    payload.once('close', () => refuse(new DomainError('bad_request', 400)))
  })
}
