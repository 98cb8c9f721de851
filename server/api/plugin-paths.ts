import type { PluginRoute } from '../plugin-api/plugin.ts'
import type { PluginHost } from '../plugin-host/host.ts'

/**
 * Adds what active plugins offer to programs now. Their routes come and go while Sapa runs, so they
 * are described when somebody asks; what they take and answer is the plugin's own.
 */
export function withPluginPaths<D extends { paths?: object }>(
  description: D,
  { router }: Pick<PluginHost, 'router'>
): D {
  const paths: Record<string, object> = {}
  for (const { plugin, route } of router.listApi()) {
    const path = `/api/v1/x/${plugin}${braced(route.path)}`
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(plugin, route) }
  }
  return { ...description, paths: { ...description.paths, ...paths } }
}

/** `/orders/:id` as `/orders/{id}`. */
const braced = (path: string) =>
  path.replaceAll(/:(\w+)(?:\([^)]*\))?\??/g, '{$1}').replaceAll('*', '{rest}')

const refusals = {
  401: 'No valid token',
  403: "The token's owner may not do this",
  404: 'Does not exist',
  429: 'Too many requests: wait `Retry-After` seconds',
  502: 'The plugin failed',
  503: 'The plugin is too slow, or rests after several errors'
}

function operationOf(plugin: string, { method, path, summary }: PluginRoute) {
  const names = [...braced(path).matchAll(/\{(\w+)\}/g)].map(match => match[1])
  const schema = { type: 'string' }
  const responses = Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: { $ref: error } } } }
  ])
  return {
    tags: [plugin],
    summary: summary ?? `${method} ${path} of ${plugin}`,
    security: [{ token: [] }],
    ...(names.length > 0 && {
      parameters: names.map(name => ({ name, in: 'path', required: true, schema }))
    }),
    responses: {
      200: { description: 'As the plugin describes it' },
      ...(Object.fromEntries(responses) as object)
    }
  }
}

const error = '#/components/schemas/Error'
