import { Type } from '../web/type.ts'
import { may, permissions } from '../agent/permission.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { described, named, ref } from './schema.ts'

export const me = named('Me', {
  id: Type.Integer(),
  name: Type.String(),
  email: Type.String(),
  role: Type.String(),
  locale: Type.String(),
  time_zone: Type.String(),
  permissions: Type.Array(Type.String())
})

export function meRoutes(api: App, _sapa: Sapa): void {
  api.get(
    '/me',
    {
      schema: described('me', 'Whose token this is, and what it may do', {
        response: { 200: ref(me, "The token's owner") }
      }),
      config: { can: 'profile:edit' }
    },
    request => {
      const { id, name, email, role, locale, time_zone } = agentOf(request)
      const held = permissions.filter(permission => may(role, permission))
      return { id, name, email, role, locale, time_zone, permissions: held }
    }
  )
}
