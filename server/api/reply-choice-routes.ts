import { Type } from '../web/type.ts'
import { findVisible } from '../conversation/access.ts'
import { listReplyRoutes, type ReplyChoice } from '../conversation/reply/list-routes.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { described, idParams, nullable, nullableMoment, told } from './schema.ts'

const route = Type.Object({
  account_id: Type.Integer(),
  identity_id: Type.Integer(),
  channel: Type.String(),
  to: Type.String({ description: 'The address' }),
  is_default: Type.Boolean({ description: 'Where a reply goes that names no other way' }),
  is_reachable: Type.Boolean({
    description: 'False: the provider says that this address cannot be written to'
  }),
  can_receive: Type.Boolean({
    description: 'Free words, or at least a template, can go by it now'
  }),
  window: Type.Object({
    state: Type.Enum(['open', 'closed', 'none']),
    closes_at: nullableMoment,
    outside: nullable(
      Type.String({ description: 'What may go when it is closed: templates or nothing' })
    )
  }),
  last_inbound_at: nullableMoment
})

export function replyChoiceRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/conversations/:id/routes',
    {
      schema: described('conversations', 'List the ways by which a reply can go, the best first', {
        params: idParams,
        response: { 200: Type.Object({ data: Type.Array(route) }, { description: 'The ways' }) }
      }),
      config: { can: 'conversation:read' }
    },
    async request => {
      const row = await findVisible(sapa.reader, request.params.id, agentOf(request))
      const choices = await listReplyRoutes(sapa.reader, row, sapa.clock())
      return { data: choices.map(tell) }
    }
  )
}

function tell(choice: ReplyChoice) {
  const { account, identity, window } = choice
  return {
    account_id: account.id,
    identity_id: identity.id,
    channel: account.type,
    to: choice.to.value,
    is_default: choice.isDefault,
    is_reachable: choice.isReachable,
    can_receive: choice.canReceive,
    window: { state: window.state, closes_at: told(window.closesAt), outside: window.outside },
    last_inbound_at: told(choice.lastAt)
  }
}
