import { notFound } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import { isPart } from '../settings/frame.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { Type } from '../web/type.ts'
import { addressOf, filterOf, showPlugins, type Filter, type ShownPlugins } from './list.ts'
import type { Done } from './notice.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/index': { shell: Shell; list: ShownPlugins }
    'plugins/_list': { list: ShownPlugins }
    'plugins/_changed': { list: ShownPlugins }
  }
}

const idPattern = '^[a-z][a-z0-9-]{1,30}$'
const upTo = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const filterShape = { tab: upTo(20), q: upTo(100) }
const name = (pattern: string) => Type.Optional(Type.String({ pattern }))
const query = Type.Object({
  ...filterShape,
  ...{ on: upTo(4), off: upTo(4), failed: upTo(4) },
  ...{ installed: name(idPattern), updated: name(idPattern), removed: name(idPattern) },
  backup: name('^plugin-[\\w.-]{1,100}$')
})
const pluginId = Type.String({ pattern: idPattern })
const body = Type.Object({
  ...filterShape,
  change: Type.Union([Type.Literal('activation'), Type.Literal('deactivation')]),
  id: Type.Array(pluginId, { minItems: 1, maxItems: 100 })
})

/** All plugins, and switching one or many of them on and off. */
export function pluginListRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'plugin:manage' } as const

  app.get('/plugins', { schema: { querystring: query }, config }, (request, reply) =>
    page(request, reply, filterOf(request.query), request.query)
  )

  app.get('/plugins/rows', { schema: { querystring: query }, config }, (request, reply) =>
    rows(request, reply, filterOf(request.query))
  )

  app.post('/plugins/changes', { schema: { body }, config }, async (request, reply) => {
    const { change, id: ids } = request.body
    const outcome = await changeAll(sapa, [...new Set(ids)], change === 'activation')
    const filter = filterOf(request.body)
    if (isPart(request)) {
      const list = await showPlugins(sapa, request.words, filter, outcome)
      return reply.part('plugins/_changed', { list })
    }
    const address = addressOf('/plugins', filter)
    const told = new URLSearchParams(outcome).toString()
    return reply.redirect(`${address}${address.includes('?') ? '&' : '?'}${told}`, 303)
  })

  async function page(request: Request, reply: Reply, filter: Filter, done: Done) {
    const reader = readerOf(request)
    const [shell, list] = await Promise.all([
      shellOf(sapa, reader, '/plugins'),
      showPlugins(sapa, reader.words, filter, done)
    ])
    return reply.page('plugins/index', { shell, list })
  }

  async function rows(request: Request, reply: Reply, filter: Filter) {
    const list = await showPlugins(sapa, request.words, filter)
    return reply.part('plugins/_list', { list })
  }
}

/** One that fails keeps its reason in its row and stops no other. */
async function changeAll({ plugins }: Sapa, ids: string[], isOn: boolean) {
  const known = new Set((await plugins.list()).map(plugin => plugin.id))
  if (ids.some(id => !known.has(id))) throw notFound('plugin')
  let done = 0
  for (const id of ids) {
    const { state } = isOn ? await plugins.activate(id) : await plugins.deactivate(id)
    if (state === 'active' || !isOn) done += 1
  }
  const failed = ids.length - done
  return {
    ...(done > 0 && { [isOn ? 'on' : 'off']: String(done) }),
    ...(failed > 0 && { failed: String(failed) })
  } as Record<string, string>
}
