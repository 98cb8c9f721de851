import { conflict } from '../errors.ts'
import { formFields } from '../plugin-host/form/fields.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Request } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { Type } from '../web/type.ts'
import { params, tag } from './plugin-routes.ts'
import { described, nullable } from './schema.ts'

const value = Type.Unsafe<string | number | boolean | null>({
  ...{ type: ['string', 'number', 'boolean', 'null'] },
  description: 'A list stands in one text, an entry a line; null for a secret'
})

const form = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        name: Type.String(),
        label: Type.String(),
        type: Type.String(),
        required: Type.Boolean(),
        value,
        is_set: nullable(Type.Boolean({ description: 'Of a secret; null for other fields' }))
      })
    )
  },
  { description: 'The fields of the form, without secrets' }
)

const config = { can: 'plugin:manage' } as const

/** The form of a running plugin. Secrets can be written, never read. */
export function pluginSettingsRoutes(api: App, { plugins }: Pick<Sapa, 'plugins'>): void {
  api.get(
    '/plugins/:id/settings',
    {
      schema: described(tag, 'The settings of a running plugin', {
        params,
        response: { 200: form }
      }),
      config
    },
    async request => show(request.params.id, request)
  )

  api.patch(
    '/plugins/:id/settings',
    {
      schema: described(tag, 'Change some settings of a running plugin', {
        params,
        body: Type.Object(
          {},
          { additionalProperties: Type.Unknown(), description: 'New values by name of the field' }
        ),
        response: { 200: form }
      }),
      config
    },
    async request => {
      const { id } = request.params
      await formOf(id)
      await plugins.saveForm(id, request.body as Record<string, unknown>, { isPartial: true })
      return show(id, request)
    }
  )

  async function show(id: string, request: Request) {
    const { schema, stored } = await formOf(id)
    const fields = formFields(schema, stored, agentOf(request).locale).flatMap(
      group => group.fields
    )
    const data = fields.map(({ name, label, type, required, isSet, ...field }) => ({
      ...{ name, label, required, type: schema[name]?.type ?? type },
      value: type === 'secret' ? null : field.value,
      is_set: type === 'secret' ? isSet : null
    }))
    return { data }
  }

  async function formOf(id: string) {
    const { state } = await plugins.find(id)
    const found = plugins.form(id)
    if (!found) throw conflict(state === 'active' ? 'plugin_no_form' : 'plugin_off', { id })
    return found
  }
}
