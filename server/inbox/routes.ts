import { Type } from '../web/type.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { channelColors } from './channel-colors.ts'
import { showList, type ShownList } from './list-page.ts'
import { readerOf } from './reader.ts'
import { shellOf, type Shell } from './shell.ts'

declare module '../web/page.ts' {
  interface Views {
    'inbox/index': { shell: Shell; list: ShownList }
    'inbox/_list': { list: ShownList }
    'inbox/_rows': { list: ShownList }
    'shared/_nav': { shell: Shell }
    'shared/_banners': Pick<Shell, 'banners'>
  }
}

const view = Type.Object({ view: Type.String({ maxLength: 20 }) })
const page = Type.Object({
  before: Type.Optional(Type.String({ maxLength: 40 })),
  selected: Type.Optional(Type.Integer({ minimum: 1 }))
})

/** The lists, the navigation beside them and the colours of the channels. */
export function inboxRoutes(app: App, sapa: Sapa): void {
  const read = { can: 'conversation:read' } as const

  app.get('/', { config: read }, (_request, reply) => reply.redirect('/inbox'))
  app.get('/inbox', { config: read }, (_request, reply) => reply.redirect('/inbox/mine'))

  app.get('/inbox/:view', { schema: { params: view }, config: read }, async (request, reply) => {
    const reader = readerOf(request)
    const [list, shell] = await Promise.all([
      showList(sapa, reader, request.params.view),
      shellOf(sapa, reader, `/inbox/${request.params.view}`)
    ])
    return reply.page('inbox/index', { list, shell })
  })

  app.get(
    '/inbox/:view/pane',
    { schema: { params: view, querystring: page }, config: read },
    async (request, reply) => {
      const { selected = null } = request.query
      const list = await showList(sapa, readerOf(request), request.params.view, {
        selectedId: selected
      })
      return reply.part('inbox/_list', { list })
    }
  )

  app.get(
    '/inbox/:view/rows',
    { schema: { params: view, querystring: page }, config: read },
    async (request, reply) => {
      const { before = null, selected = null } = request.query
      const list = await showList(sapa, readerOf(request), request.params.view, {
        before,
        selectedId: selected
      })
      return reply.part('inbox/_rows', { list })
    }
  )

  const navQuery = Type.Object({ current: Type.Optional(Type.String({ maxLength: 200 })) })
  app.get('/nav', { schema: { querystring: navQuery }, config: read }, async (request, reply) => {
    const shell = await shellOf(sapa, readerOf(request), request.query.current ?? '')
    return reply.part('shared/_nav', { shell })
  })

  app.get('/banners', { config: read }, async (request, reply) => {
    const { banners } = await shellOf(sapa, readerOf(request), '')
    return reply.part('shared/_banners', { banners })
  })

  app.get('/channels.css', { config: { isPublic: true } }, (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .send(channelColors(sapa.channels))
  )
}
