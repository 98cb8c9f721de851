import { Type } from '../web/type.ts'
import { notFound } from '../errors.ts'
import type { PermissionEntry } from '../plugin-host/permission/registry.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { described, named, ref } from './schema.ts'

const tag = 'plugins'
const holder = Type.Enum(['agent', 'supervisor', 'admin', 'owner'])

export const permission = named('PluginPermission', {
  name: Type.String(),
  label: Type.String(),
  role: Type.Unsafe<string>({ ...holder, description: 'Least role that has it' }),
  usual_role: Type.Unsafe<string>({ ...holder, description: 'Least role unless somebody chooses' })
})

const params = Type.Object({
  id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,40}$' })
})

/** Who has what a plugin guards. Known while the plugin runs. */
export function pluginPermissionRoutes(api: App, { plugins }: Pick<Sapa, 'plugins'>): void {
  api.get(
    '/plugins/:id/permissions',
    {
      schema: described(tag, 'List the permissions of a plugin', {
        params: Type.Object({ id: params.properties.id }),
        response: {
          200: Type.Object(
            { data: Type.Array(ref(permission, '')) },
            { description: 'All of them' }
          )
        }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const { locale } = agentOf(request)
      const all = await plugins.permissions(request.params.id)
      return { data: all.map(one => tell(one, locale)) }
    }
  )

  api.get(
    '/plugins/:id/permissions/:name',
    {
      schema: described(tag, 'Who has a permission of a plugin', {
        params,
        response: { 200: ref(permission, 'The permission') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const { id, name } = request.params
      const found = (await plugins.permissions(id)).find(one => one.name === name)
      if (!found) throw notFound('plugin_permission')
      return tell(found, agentOf(request).locale)
    }
  )

  api.put(
    '/plugins/:id/permissions/:name',
    {
      schema: described(tag, 'Give a permission of a plugin to a role and those above it', {
        params,
        body: Type.Object({ role: holder }),
        response: { 200: ref(permission, 'The permission as it is now') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const { id, name } = request.params
      const { role, locale } = agentOf(request)
      return tell(await plugins.setPermission(id, name, request.body.role, role), locale)
    }
  )
}

function tell({ name, label, role, usualRole }: PermissionEntry, locale: string) {
  return { name, label: locale === 'id' ? label.id : label.en, role, usual_role: usualRole }
}
