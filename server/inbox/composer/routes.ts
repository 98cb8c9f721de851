import { findVisible } from '../../conversation/access.ts'
import { listReplyRoutes } from '../../conversation/reply/list-routes.ts'
import type { Sapa } from '../../sapa.ts'
import type { App } from '../../web/app.ts'
import { Type } from '../../web/type.ts'
import { showQuote, type ShownQuote } from './quote.ts'
import { showRoute, type ShownRoute } from './reply-route.ts'
import { readerOf } from '../reader.ts'

declare module '../../web/page.ts' {
  interface Views {
    'conversation/_composer-news': { route: ShownRoute }
    'conversation/_composer-quote': { quote: ShownQuote }
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const routeKey = Type.Optional(Type.String({ maxLength: 40 }))
const routeQuery = Type.Object({
  route: routeKey,
  usual: Type.Optional(Type.String({ maxLength: 80 }))
})
const quoteQuery = Type.Object({ message: Type.Integer({ minimum: 1 }) })

/** What stands around the composer's text: where the answer goes, and what it answers. */
export function composerRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:read' } as const

  app.get(
    '/conversations/:id/composer-state',
    { schema: { params, querystring: routeQuery }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const row = await findVisible(sapa.reader, request.params.id, reader.agent)
      const route = await showRoute(sapa, reader, row, request.query)
      return reply.part('conversation/_composer-news', { route })
    }
  )

  app.get(
    '/conversations/:id/quote',
    { schema: { params, querystring: quoteQuery }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const row = await findVisible(sapa.reader, request.params.id, reader.agent)
      const routes = await listReplyRoutes(sapa.reader, row, sapa.clock())
      const quote = await showQuote(sapa, reader, row, routes, request.query.message)
      return reply.part('conversation/_composer-quote', { quote })
    }
  )
}
