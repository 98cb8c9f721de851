import { Type } from '../web/type.ts'
import { notFound } from '../errors.ts'
import { fetchImage } from './image.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { frameDocument, framePolicy, remoteImages } from './frame.ts'
import { showMenu, type ShownMenu } from './message-menu.ts'
import { findBody, findReadable, showChanges, showMessage } from './message-part.ts'
import { showVersions, type ShownVersion } from './message-version.ts'
import type { ShownMessage } from './present/message.ts'
import { readerOf } from './reader.ts'

declare module '../web/page.ts' {
  interface Views {
    'conversation/_message': { message: ShownMessage }
    'conversation/_changes': { messages: ShownMessage[]; gone: number[] }
    'conversation/_message-menu': { menu: ShownMenu }
    'conversation/_versions': { messageId: number; versions: ShownVersion[] }
    'conversation/_quote': {
      conversationId: number
      messageId: number
      html: boolean
      text: string
    }
  }
}

const params = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  message: Type.Integer({ minimum: 1 })
})
const imageParams = Type.Object({
  ...params.properties,
  number: Type.Integer({ minimum: 0, maximum: 999 })
})
const idParams = Type.Object({ id: Type.Integer({ minimum: 1 }) })
/** Numbers with commas between, a hundred at most. */
const changesQuery = Type.Object({
  ids: Type.String({ pattern: '^[1-9]\\d{0,14}(,[1-9]\\d{0,14}){0,99}$' })
})
const frameQuery = Type.Object({
  images: Type.Optional(Type.Literal('1')),
  full: Type.Optional(Type.Literal('1'))
})

/** A message's own parts: its card, its framed HTML, its quotes, the pictures that an agent asks for. */
export function messageRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:read' } as const

  app.get(
    '/conversations/:id/messages/:message',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      const { status } = await findReadable(sapa.reader, reader, id, message)
      // Taken back: it leaves the pages that show it.
      if (status === 'cancelled') return reply.header('hx-reswap', 'delete').send('')
      return reply.part('conversation/_message', {
        message: await showMessage(sapa, reader, id, message)
      })
    }
  )

  app.get(
    '/conversations/:id/messages',
    { schema: { params: idParams, querystring: changesQuery }, config },
    async (request, reply) => {
      const ids = [...new Set(request.query.ids.split(',').map(Number))]
      const reader = readerOf(request)
      return reply.part(
        'conversation/_changes',
        await showChanges(sapa, reader, request.params.id, ids)
      )
    }
  )

  app.get(
    '/conversations/:id/messages/:message/menu',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.reader, reader, id, message)
      return reply.part('conversation/_message-menu', {
        menu: await showMenu(sapa, reader, id, message)
      })
    }
  )

  app.get(
    '/conversations/:id/messages/:message/versions',
    { schema: { params }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id, message } = request.params
      await findReadable(sapa.reader, reader, id, message)
      return reply.part('conversation/_versions', {
        messageId: message,
        versions: await showVersions(sapa.reader, message, reader.words)
      })
    }
  )

  app.get(
    '/conversations/:id/messages/:message/frame',
    { schema: { params, querystring: frameQuery }, config },
    async (request, reply) => {
      const { id, message } = request.params
      await findReadable(sapa.reader, readerOf(request), id, message)
      const body = await findBody(sapa.reader, message)
      const html = (request.query.full ? body.full_html : null) ?? body.html ?? ''
      const kind = request.query.full ? 'full' : 'part'
      const base = `/conversations/${id}/messages/${message}/images/${kind}`
      return reply
        .header('content-security-policy', framePolicy)
        .header('x-frame-options', 'SAMEORIGIN')
        .type('text/html; charset=utf-8')
        .send(frameDocument(html, request.query.images ? base : null))
    }
  )

  app.get(
    '/conversations/:id/messages/:message/quote',
    { schema: { params }, config },
    async (request, reply) => {
      const { id, message } = request.params
      await findReadable(sapa.reader, readerOf(request), id, message)
      const body = await findBody(sapa.reader, message)
      return reply.part('conversation/_quote', {
        conversationId: id,
        messageId: message,
        html: body.full_text === null && body.full_html !== null,
        text: body.full_text ?? ''
      })
    }
  )

  for (const kind of ['full', 'part'] as const) {
    app.get(
      `/conversations/:id/messages/:message/images/${kind}/:number`,
      { schema: { params: imageParams }, config },
      async (request, reply) => {
        const { id, message, number } = request.params
        await findReadable(sapa.reader, readerOf(request), id, message)
        const body = await findBody(sapa.reader, message)
        const address = remoteImages((kind === 'full' ? body.full_html : body.html) ?? '')[number]
        if (address === undefined) throw notFound('image')
        const picture = await fetchImage(sapa.fetcher.fetchPublic, address)
        return reply
          .type(picture.mime)
          .header('cache-control', 'private, max-age=86400')
          .send(picture.bytes)
      }
    )
  }
}
