import { Type } from '../web/type.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { defaultLimit, described, line, named, nullableText, pageOf, ref } from './schema.ts'

export const tag = 'plugins'

export const plugin = named('Plugin', {
  id: Type.String(),
  version: Type.String(),
  title: Type.String(),
  description: Type.String(),
  author: Type.String(),
  provides: Type.Array(Type.String()),
  scopes: Type.Array(Type.String()),
  is_bundled: Type.Boolean(),
  is_active: Type.Boolean({ description: 'What the owner wants' }),
  state: Type.Enum(['installed', 'active', 'waiting', 'quarantined', 'broken', 'incompatible']),
  reason: nullableText,
  update_version: Type.Unsafe<string | null>({
    ...nullableText,
    description: 'A newer version that waits'
  }),
  files_changed: Type.Boolean({ description: 'What runs is not what lies on the disk any more' }),
  last_hour: Type.Object({
    calls: Type.Integer(),
    errors: Type.Integer(),
    ms_per_call: Type.Unsafe<number>({ type: 'number' })
  })
})

const query = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default: 50' })),
  cursor: Type.Optional(Type.String({ ...line(31), description: 'The `next` of the page before' }))
})
export const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) })

export function pluginRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/plugins',
    {
      schema: described(tag, 'List plugins', {
        querystring: query,
        response: { 200: pageOf(plugin, 'A page of plugins') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const { limit = defaultLimit, cursor = '' } = request.query
      await sapa.plugins.refresh()
      const later = (await sapa.plugins.list())
        .filter(({ id }) => id > cursor)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const shown = later.slice(0, limit)
      const { locale } = agentOf(request)
      const next = later.length > limit ? (shown.at(-1)?.id ?? null) : null
      return { data: shown.map(entry => tell(sapa, entry, locale)), next }
    }
  )

  api.get(
    '/plugins/:id',
    {
      schema: described(tag, 'One plugin', {
        params,
        response: { 200: ref(plugin, 'The plugin') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => tell(sapa, await sapa.plugins.find(request.params.id), agentOf(request).locale)
  )

  api.put(
    '/plugins/:id/activation',
    {
      schema: described(tag, 'Switch a plugin on', {
        params,
        response: { 200: ref(plugin, 'The plugin; `state` tells whether it could start') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request =>
      tell(sapa, await sapa.plugins.activate(request.params.id), agentOf(request).locale)
  )

  api.delete(
    '/plugins/:id/activation',
    {
      schema: described(tag, 'Switch a plugin off; what it has stored stays', {
        params,
        response: { 200: ref(plugin, 'The plugin') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request =>
      tell(sapa, await sapa.plugins.deactivate(request.params.id), agentOf(request).locale)
  )
}

/** A plugin as programs see it. */
export function tell(
  { plugins }: Pick<Sapa, 'plugins'>,
  { manifest, ...entry }: PluginEntry,
  locale: string
) {
  const { calls, errors, msPerCall } = plugins.calls.meter.of(entry.id)
  const language = locale === 'id' ? 'id' : 'en'
  return {
    id: entry.id,
    version: entry.version,
    title: manifest?.title[language] ?? entry.id,
    description: manifest?.description[language] ?? '',
    author: manifest?.author ?? '',
    provides: manifest?.provides ?? [],
    scopes: manifest?.scopes ?? [],
    is_bundled: entry.isBundled,
    is_active: entry.isActive,
    state: entry.state,
    reason: entry.reason,
    update_version: entry.offer?.version ?? null,
    files_changed: entry.isChanged,
    last_hour: { calls, errors, ms_per_call: Math.round(msPerCall * 100) / 100 }
  }
}
