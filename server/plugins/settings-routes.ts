import { fromBrowser } from '../plugin-host/form/form.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import { isPart } from '../settings/frame.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { agentOf } from '../web/permission.ts'
import { Type } from '../web/type.ts'
import { showSettings, testOf, type PluginSettings, type ShownTest } from './settings.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/settings': PluginSettings
    'plugins/_test': { id: string; test: ShownTest | null }
  }
}

const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) })
const query = Type.Object({ notice: Type.Optional(Type.Literal('saved')) })
const choice = Type.Object({
  name: Type.String({ maxLength: 41 }),
  role: Type.String({ maxLength: 20 })
})
const body = Type.Record(Type.String(), Type.Unknown())

/** The form of one plugin: shown, tried and stored. */
export function pluginSettingsRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'plugin:manage' } as const

  app.get(
    '/plugins/:id/settings',
    { schema: { params, querystring: query }, config },
    async (request, reply) => {
      const notice = request.query.notice ? request.t('plugins.saved') : null
      const page = await showSettings(sapa, request, request.params.id, { notice })
      return reply.page('plugins/settings', page)
    }
  )

  app.post(
    '/plugins/:id/settings',
    { schema: { params, body }, config: { ...config, onRefusal: showAgain } },
    async (request, reply) => {
      const { id } = request.params
      await sapa.plugins.saveForm(id, typedIn(id, request.body))
      return reply.redirect(`/plugins/${id}/settings?notice=saved`, 303)
    }
  )

  app.post(
    '/plugins/:id/tests',
    {
      schema: { params, body },
      config: { ...config, onRefusal: sayMissing, rateLimit: { max: 30, timeWindow: 60_000 } }
    },
    async (request, reply) => {
      const { id } = request.params
      const test = testOf(await sapa.plugins.testForm(id, typedIn(id, request.body)), request)
      return tell(request, reply, test, null)
    }
  )

  app.post(
    '/plugins/:id/permissions',
    {
      schema: { params, body: choice },
      config: { ...config, onRefusal: sayProblem }
    },
    async (request, reply) => {
      const { id } = request.params
      const { name, role } = request.body
      await sapa.plugins.setPermission(id, name, role, agentOf(request).role)
      return reply.redirect(`/plugins/${id}/settings?notice=saved`, 303)
    }
  )

  /** A browser without script gets the whole form back with the outcome in it. */
  async function tell(
    request: Request,
    reply: Reply,
    test: ShownTest,
    problem: Problem | null
  ): Promise<unknown> {
    const { id } = request.params as { id: string }
    if (isPart(request)) return reply.part('plugins/_test', { id, test })
    const typed = request.body as Record<string, unknown>
    const page = await showSettings(sapa, request, id, { test, problem, typed })
    return reply.page('plugins/settings', page)
  }

  async function sayProblem(request: Request, reply: Reply, problem: Problem) {
    const { id } = request.params as { id: string }
    return reply.page('plugins/settings', await showSettings(sapa, request, id, { problem }))
  }

  async function showAgain(request: Request, reply: Reply, problem: Problem) {
    const { id } = request.params as { id: string }
    const typed = request.body as Record<string, unknown>
    return reply.page('plugins/settings', await showSettings(sapa, request, id, { problem, typed }))
  }

  /** A test of what cannot be complete yet says what is missing, in the place of its result. */
  function sayMissing(request: Request, reply: Reply, problem: Problem) {
    const { id } = request.params as { id: string }
    const schema = sapa.plugins.form(id)?.schema ?? {}
    const missing = Object.entries(problem.fields).map(([name, text]) => {
      const label = schema[name]?.label
      return label ? `${inLocale(label, request.words.locale)}: ${text}` : text
    })
    const text = missing.length > 0 ? missing.join(' ') : problem.text
    return tell(request, reply, { state: 'incomplete', text }, problem)
  }

  function typedIn(id: string, typed: Record<string, unknown>) {
    const form = sapa.plugins.form(id)
    if (!form) throw notFound('plugin')
    return fromBrowser(form.schema, typed)
  }
}
