import { randomUUID } from 'node:crypto'
import { findVisible } from '../../conversation/access.ts'
import { findRoute, listReplyRoutes } from '../../conversation/reply/list-routes.ts'
import type { Conversation } from '../../conversation/table.ts'
import { conflict, InvalidInput } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import type { App } from '../../web/app.ts'
import { Type, type Static } from '../../web/type.ts'
import { showNews, type LookedTimeline } from '../conversation-page.ts'
import { callOf } from './refused-reply.ts'
import { readerOf, type Reader } from '../reader.ts'
import {
  findUsable,
  presentPreview,
  presentTemplateForm,
  type ShownPreview,
  type ShownTemplateForm
} from './template-form.ts'
import { showTemplates, type ShownTemplates, type TemplateQuery } from './template-list.ts'
import { writeReply } from './write.ts'

declare module '../../web/page.ts' {
  interface Views {
    'template/_dialog': { list: ShownTemplates }
    'template/_choose': { list: ShownTemplates }
    'template/_list': { list: ShownTemplates }
    'template/_form': { form: ShownTemplateForm }
    'template/_preview': { preview: ShownPreview }
    'template/_sent': { timeline: LookedTimeline }
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const route = Type.String({ maxLength: 40 })
const search = Type.Object({
  route,
  q: Type.Optional(Type.String({ maxLength: 100 })),
  language: Type.Optional(Type.String({ maxLength: 40 })),
  category: Type.Optional(Type.String({ maxLength: 40 }))
})
const named = {
  route,
  name: Type.String({ maxLength: 512 }),
  language: Type.String({ maxLength: 40 })
}
const list = Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 100, default: [] })
const filled = Type.Object({
  ...named,
  key: list,
  value: list,
  idempotency_key: Type.String({ minLength: 8, maxLength: 64 }),
  seen: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 20 })),
  message: Type.Integer({ minimum: 0, default: 0 }),
  event: Type.Integer({ minimum: 0, default: 0 }),
  leg: Type.String({ maxLength: 80, default: '' })
})

/** Messages that the provider has approved: looked for, filled in, sent. */
export function templateRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:reply' } as const

  // The dialog, what stands in it, and its list alone.
  const views = {
    '/conversations/:id/templates': 'template/_dialog',
    '/conversations/:id/templates/choice': 'template/_choose',
    '/conversations/:id/templates/list': 'template/_list'
  } as const
  for (const [path, view] of Object.entries(views)) {
    app.get(path, { schema: { params, querystring: search }, config }, async (request, reply) =>
      reply.part(view, {
        list: await listOf(sapa, readerOf(request), request.params.id, request.query)
      })
    )
  }

  app.put(
    '/conversations/:id/template-sync',
    { schema: { params, querystring: Type.Object({ route }) }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { id } = request.params
      const { account } = await find(sapa, reader, id, request.query.route)
      const problem = await syncProblem(sapa, reader, account.id)
      const shown = await listOf(sapa, reader, id, request.query)
      return reply
        .code(problem ? 409 : 200)
        .part('template/_choose', { list: { ...shown, problem } })
    }
  )

  app.get(
    '/conversations/:id/template',
    { schema: { params, querystring: Type.Object(named) }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { row, account } = await find(sapa, reader, request.params.id, request.query.route)
      const template = await findUsable(sapa, account.id, request.query)
      const form = presentTemplateForm(
        reader,
        template,
        {},
        {
          conversationId: row.id,
          route: request.query.route,
          key: randomUUID()
        }
      )
      return reply.part('template/_form', { form })
    }
  )

  app.post(
    '/conversations/:id/template-preview',
    { schema: { params, body: filled }, config },
    async (request, reply) => {
      const {
        params: { id },
        body
      } = request
      const { account } = await find(sapa, readerOf(request), id, body.route)
      const template = await findUsable(sapa, account.id, body)
      const preview = presentPreview(template, valuesIn(body))
      return reply.part('template/_preview', { preview })
    }
  )

  app.post(
    '/conversations/:id/template-messages',
    { schema: { params, body: filled }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const { body } = request
      const { row, account } = await find(sapa, reader, request.params.id, body.route)
      try {
        await send(sapa, reader, row, body)
      } catch (error) {
        const { status, ...call } = await callOf(sapa, reader, error)
        const template = await findUsable(sapa, account.id, body)
        const form = presentTemplateForm(reader, template, valuesIn(body), {
          conversationId: row.id,
          route: body.route,
          key: body.idempotency_key,
          ...(error instanceof InvalidInput ? { errors: error.fields } : { call })
        })
        return reply.code(status).part('template/_form', { form })
      }
      const after = { messageId: body.message, eventId: body.event, leg: body.leg }
      const timeline = await showNews(sapa, reader, row.id, after)
      reply.header('hx-trigger', '{"sapa:close-dialog":{},"sapa:sent":{}}')
      return reply.part('template/_sent', { timeline })
    }
  )
}

async function find(sapa: Sapa, reader: Reader, id: number, key: string) {
  const row = await findVisible(sapa.reader, id, reader.agent)
  const routes = await listReplyRoutes(sapa.reader, row, sapa.clock())
  const found = findRoute(routes, key)
  if (!found) throw conflict('route_gone')
  return { row, account: found.account }
}

async function listOf(
  sapa: Sapa,
  reader: Reader,
  id: number,
  { route: key, ...query }: TemplateQuery & { route: string }
): Promise<ShownTemplates> {
  const { row, account } = await find(sapa, reader, id, key)
  return showTemplates(sapa, reader, { conversationId: row.id, account, route: key }, query)
}

/** Null: they were fetched. */
async function syncProblem(sapa: Sapa, reader: Reader, account: number): Promise<string | null> {
  try {
    await sapa.templates.sync(account)
    return null
  } catch (error) {
    return (await callOf(sapa, reader, error)).text
  }
}

type Filled = Static<typeof filled>

const valuesIn = ({ key, value }: Filled): Record<string, string> =>
  Object.fromEntries(key.map((name, index) => [name, value[index] ?? '']))

function send(sapa: Sapa, reader: Reader, row: Conversation, body: Filled): Promise<void> {
  const { name, language, route: way, idempotency_key, seen } = body
  const template = { name, language, values: valuesIn(body) }
  return writeReply(sapa, reader, row, {
    ...{ text: '', route: way, idempotency_key, template },
    ...(seen ? { seen } : {})
  })
}
