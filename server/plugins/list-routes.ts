import { notFound } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Translator } from '../i18n/words.ts'
import type { Sapa } from '../sapa.ts'
import { isPart } from '../settings/frame.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { Type } from '../web/type.ts'
import { addressOf, showPlugins, type Filter, type Notice, type ShownPlugins } from './list.ts'
import { tabs, type Tab } from './state.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/index': { shell: Shell; list: ShownPlugins }
    'plugins/_list': { list: ShownPlugins }
  }
}

const upTo = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const filterShape = { tab: upTo(20), q: upTo(100) }
const query = Type.Object({ ...filterShape, on: upTo(4), off: upTo(4), failed: upTo(4) })
const pluginId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' })
const body = Type.Object({
  ...filterShape,
  change: Type.Union([Type.Literal('activation'), Type.Literal('deactivation')]),
  id: Type.Array(pluginId, { minItems: 1, maxItems: 100 })
})

/** All plugins, and switching one or many of them on and off. */
export function pluginListRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'plugin:manage' } as const

  app.get('/plugins', { schema: { querystring: query }, config }, async (request, reply) => {
    await sapa.plugins.scan()
    const notice = noticeOf(request.query, request.words)
    return page(request, reply, filterOf(request.query), notice)
  })

  app.get('/plugins/rows', { schema: { querystring: query }, config }, (request, reply) =>
    part(request, reply, filterOf(request.query), null)
  )

  app.post('/plugins/changes', { schema: { body }, config }, async (request, reply) => {
    const { change, id: ids } = request.body
    const outcome = await changeAll(sapa, [...new Set(ids)], change === 'activation')
    const filter = filterOf(request.body)
    if (isPart(request)) return part(request, reply, filter, noticeOf(outcome, request.words))
    const address = addressOf('/plugins', filter)
    const told = new URLSearchParams(outcome).toString()
    return reply.redirect(`${address}${address.includes('?') ? '&' : '?'}${told}`, 303)
  })

  async function page(request: Request, reply: Reply, filter: Filter, notice: Notice | null) {
    const reader = readerOf(request)
    const [shell, list] = await Promise.all([
      shellOf(sapa, reader, '/plugins'),
      showPlugins(sapa, reader.words, filter, notice)
    ])
    return reply.page('plugins/index', { shell, list })
  }

  async function part(request: Request, reply: Reply, filter: Filter, notice: Notice | null) {
    const list = await showPlugins(sapa, request.words, filter, notice)
    return reply.part('plugins/_list', { list })
  }
}

function filterOf({ tab, q = '' }: { tab?: string; q?: string }): Filter {
  return { tab: tabs.find((known): known is Tab => known === tab) ?? 'all', search: q.trim() }
}

/** How many were switched on or off, and how many could not start: as it stands in an address. */
type Outcome = { on?: string; off?: string; failed?: string }

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
  } as Record<keyof Outcome, string>
}

function noticeOf({ on, off, failed }: Outcome, { t }: Translator): Notice | null {
  const n = (typed: string) => Number.parseInt(typed, 10) || 0
  const texts = [
    ...(on === undefined ? [] : [t('plugins.notice.on', { n: n(on) })]),
    ...(off === undefined ? [] : [t('plugins.notice.off', { n: n(off) })]),
    ...(failed === undefined ? [] : [t('plugins.notice.failed', { n: n(failed) })])
  ]
  if (texts.length === 0) return null
  return { text: texts.join(' '), tone: failed === undefined ? 'ok' : 'warn' }
}
