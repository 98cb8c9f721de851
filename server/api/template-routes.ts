import { Type } from '../web/type.ts'
import { findAccount } from '../channel/account/find.ts'
import { listTemplates } from '../channel/template/list.ts'
import type { MessageTemplate } from '../plugin-api/template.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { described, idParams, nullableMoment, nullableText, told } from './schema.ts'

const template = Type.Object({
  name: Type.String(),
  language: Type.String(),
  category: Type.String(),
  state: Type.String({ description: 'approved, pending, rejected, paused or disabled' }),
  reason: nullableText,
  header: nullableText,
  body: Type.String({ description: 'A field stands as {{key}}' }),
  footer: nullableText,
  buttons: Type.Array(Type.String()),
  fields: Type.Array(
    Type.Object({
      key: Type.String(),
      part: Type.String(),
      type: Type.String(),
      example: nullableText
    })
  ),
  cannot_send: nullableText
})

const list = Type.Object(
  {
    data: Type.Array(template),
    synced_at: nullableMoment
  },
  { description: 'As the provider last listed them, those that can be sent first' }
)

export function templateRoutes(api: App, sapa: Sapa): void {
  const tellAll = async (id: number) => {
    const [account, templates] = await Promise.all([
      findAccount(sapa.db, id),
      listTemplates(sapa.db, id)
    ])
    return { data: templates.map(tell), synced_at: told(account.templates_at) }
  }

  api.get(
    '/accounts/:id/templates',
    {
      schema: described('accounts', "List an account's message templates", {
        params: idParams,
        response: { 200: list }
      }),
      config: { can: 'conversation:reply' }
    },
    request => tellAll(request.params.id)
  )

  api.put(
    '/accounts/:id/templates',
    {
      schema: described('accounts', 'Ask the provider for the templates now', {
        params: idParams,
        response: { 200: list }
      }),
      config: { can: 'account:manage' }
    },
    async request => {
      await sapa.templates.sync(request.params.id)
      return tellAll(request.params.id)
    }
  )
}

function tell(given: MessageTemplate) {
  return {
    name: given.name,
    language: given.language,
    category: given.category,
    state: given.state,
    reason: given.reason ?? null,
    header: given.header ?? null,
    body: given.body,
    footer: given.footer ?? null,
    buttons: given.buttons ?? [],
    fields: given.fields.map(field => ({ ...field, example: field.example ?? null })),
    cannot_send: given.cannotSend ?? null
  }
}
