import { basename } from 'node:path'
import { confirmPassword } from '../agent/confirm-password.ts'
import { conflict, notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { Type } from '../web/type.ts'
import { params, plugin, tag, tell } from './plugin-routes.ts'
import { described, nullableText, ref } from './schema.ts'

const manage = { can: 'plugin:manage' } as const

/** Newer versions, older ones, and none at all. */
export function pluginVersionRoutes(api: App, sapa: Sapa): void {
  const { plugins } = sapa

  api.put(
    '/plugins/:id/version',
    {
      schema: described(tag, 'Exchange a plugin for the version that waits', {
        params,
        body: Type.Object({
          accepted_scopes: Type.Optional(
            Type.Array(Type.String({ maxLength: 300 }), {
              ...{ maxItems: 100, description: 'What it may do beyond the version before' }
            })
          )
        }),
        response: { 200: ref(plugin, 'The plugin; when the new version failed, the old one') }
      }),
      config: manage
    },
    async request => {
      const { accepted_scopes: acceptedScopes = [] } = request.body
      const entry = await plugins.update(request.params.id, { acceptedScopes })
      if (entry.updateError !== null) {
        throw conflict('update_failed', { id: entry.id, reason: entry.updateError })
      }
      return tell(sapa, entry, agentOf(request).locale)
    }
  )

  api.delete(
    '/plugins/:id/version',
    {
      schema: described(tag, 'Go back to the version before; tables stay as they are', {
        params,
        response: { 200: ref(plugin, 'The plugin') }
      }),
      config: manage
    },
    async request => tell(sapa, await plugins.rollback(request.params.id), agentOf(request).locale)
  )

  api.put(
    '/plugins/:id/removal',
    {
      schema: described(tag, 'Take a plugin away that is off', {
        params,
        body: Type.Object({
          data: Type.Enum(['keep', 'delete'], { description: 'What happens to what it stored' }),
          password: Type.String({ maxLength: 200, description: "The token's owner's" })
        }),
        response: {
          200: Type.Object(
            {
              backup: Type.Unsafe<string | null>({
                ...nullableText,
                description: 'File in backups/ with what was deleted'
              })
            },
            { description: 'It is gone' }
          )
        }
      }),
      config: { can: 'owner:manage' }
    },
    async request => {
      const { id } = request.params
      const { data, password } = request.body
      const entry = (await plugins.list()).find(one => one.id === id)
      const isKept = (await plugins.listKept()).some(kept => kept.id === id)
      if (!entry && !isKept) throw notFound('plugin')
      if (entry?.isActive) throw conflict('plugin_on', { id })
      const given = { password, address: request.ip }
      await confirmPassword(sapa.db, agentOf(request), given, sapa.clock())
      const { backup } = await plugins.uninstall(id, data as 'keep' | 'delete')
      return { backup: backup === null ? null : basename(backup) }
    }
  )
}
