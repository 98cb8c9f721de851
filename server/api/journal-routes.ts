import { Type } from '../web/type.ts'
import { listJournal, replayJournal, type ListedItem } from '../channel/journal/list.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { once } from './once.ts'
import { cutPage, defaultLimit, described, idOf, idParams, moment, named } from './schema.ts'
import { nullableText, onceHeaders, pageOf, pageQuery, ref, told } from './schema.ts'

const tag = 'journal'

export const item = named('JournalItem', {
  id: Type.Integer(),
  account_id: Type.Integer(),
  account: Type.String(),
  type: Type.String({ description: 'The channel' }),
  state: Type.Enum(['pending', 'failed', 'done', 'ignored']),
  size: Type.Integer(),
  attempts: Type.Integer(),
  error: nullableText,
  is_history: Type.Boolean(),
  received_at: moment
})

const query = Type.Object({
  ...pageQuery,
  state: Type.Optional(
    Type.Enum(['failed', 'pending'], { description: 'Default: failed, what could not be read' })
  )
})

export function journalRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/journal',
    {
      schema: described(tag, 'List what came in and was not read', {
        querystring: query,
        response: { 200: pageOf(item, 'A page of items') }
      }),
      config: { can: 'journal:manage' }
    },
    async request => {
      const { state = 'failed', limit = defaultLimit, cursor } = request.query
      const before = idOf(cursor)
      const range = { limit: limit + 1, ...(before === undefined ? {} : { before }) }
      const { shown, next } = cutPage(await listJournal(sapa.reader, { state }, range), limit)
      return { data: shown.map(tell), next }
    }
  )

  for (const name of ['replays', 'replay']) {
    api.post(
      `/journal/:id/${name}`,
      {
        schema: described(tag, 'Read a failed item once more', {
          params: idParams,
          headers: onceHeaders,
          response: { 202: ref(item, 'The item, waiting to be read') }
        }),
        config: { can: 'journal:manage' }
      },
      (request, reply) => {
        reply.code(202)
        return once(sapa, request, reply, async (trx, now) => {
          await replayJournal(trx, request.params.id, now)
          const [found] = await listJournal(trx, { id: request.params.id })
          if (!found) throw notFound('journal')
          return tell(found)
        })
      }
    )
  }
}

function tell({ is_history, received_at, ...row }: ListedItem) {
  return { ...row, is_history: is_history === 1, received_at: told(received_at) }
}
