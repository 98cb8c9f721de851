import { Type, type Static } from '../web/type.ts'
import { listSteps, type ListedStep } from '../channel/outbox/list.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { cutPage, defaultLimit, described, idOf, id, moment, named } from './schema.ts'
import { nullableId, nullableMoment, nullableText, pageOf, pageQuery, told } from './schema.ts'

export const step = named('OutboxStep', {
  id: Type.Integer(),
  message_id: nullableId,
  conversation_id: nullableId,
  account_id: Type.Integer(),
  kind: Type.Enum(['message', 'notice', 'relay', 'action']),
  step: Type.Integer({ description: 'Which of `steps`, from 0' }),
  steps: Type.Integer(),
  state: Type.String({
    description: 'queued, sending, accepted, sent, delivered, read, failed, unknown or cancelled'
  }),
  attempts: Type.Integer(),
  send_after: moment,
  remote_id: nullableText,
  error_kind: nullableText,
  error_code: nullableText,
  error_text: nullableText,
  created_at: moment,
  finished_at: nullableMoment
})

const query = Type.Object({
  ...pageQuery,
  state: Type.Optional(Type.Enum(['queued', 'sending', 'failed', 'unknown'])),
  account_id: Type.Optional(id)
})

export function outboxRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/outbox',
    {
      schema: described('outbox', 'List what goes out and what became of it', {
        querystring: query,
        response: { 200: pageOf(step, 'A page of steps, without texts') }
      }),
      config: { can: 'outbox:read' }
    },
    async request => {
      const { limit = defaultLimit, cursor, state, account_id: accountId } = request.query
      const range = { limit: limit + 1, before: idOf(cursor) }
      const rows = await listSteps(sapa.reader, { state, accountId }, range)
      const { shown, next } = cutPage(rows, limit)
      return { data: shown.map(tell), next }
    }
  )
}

function tell({ step_index, ...row }: ListedStep): Static<typeof step> {
  return {
    ...row,
    step: step_index,
    send_after: told(row.send_after),
    created_at: told(row.created_at),
    finished_at: told(row.finished_at)
  }
}
