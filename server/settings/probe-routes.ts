import { Type } from '../web/type.ts'
import { findAccount } from '../channel/account/find.ts'
import { storedForm } from '../channel/account/settings.ts'
import type { Probes } from '../channel/account/probe.ts'
import { conflict, notFound } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import { emptyForm, fromBrowser, openForm, readForm } from '../plugin-host/form/form.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { placeFields } from './account-form.ts'
import type { PlacedField } from './form-sections.ts'
import { noProbe, showProbe, type ShownProbe } from './probe-view.ts'
import { readSuggested, suggestFields } from './suggestion.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/_probe': { probe: ShownProbe }
    'settings/_suggestion': { rows: PlacedField[]; suggested: string; isFound: boolean }
  }
}

const body = Type.Intersect([
  Type.Record(Type.String(), Type.Unknown()),
  Type.Object({
    type: Type.String({ maxLength: 40 }),
    'account-id': Type.Optional(Type.Integer({ minimum: 1 }))
  })
])
const params = Type.Object({ probe: Type.String({ minLength: 10, maxLength: 60 }) })

/** While a form is being filled in: what the channel suggests, and whether it would connect. */
export function probeRoutes(app: App, sapa: Sapa, probes: Probes): void {
  const config = { can: 'account:manage' } as const

  app.post(
    '/settings/accounts/probes',
    { schema: { body }, config: { ...config, onRefusal: sayMissing } },
    async (request, reply) => {
      const definition = definitionOf(request.body.type)
      if (!definition.probe) throw conflict('no_probe')
      const { settings: schema } = definition
      const typed = fromBrowser(schema, request.body)
      const stored = await findForm(request.body['account-id'], definition)
      const form = readForm(schema, typed, stored, sapa.secrets, { isPartial: true })
      const values = openForm(schema, form, sapa.secrets)
      const run = probes.start(definition, values, readerOf(request).agent.id)
      const probe = showProbe(run, sapa.channels, request.words, sapa.clock())
      return reply.code(202).part('settings/_probe', { probe })
    }
  )

  app.get('/settings/accounts/probes/:probe', { schema: { params }, config }, (request, reply) => {
    const run = probes.find(request.params.probe, readerOf(request).agent.id)
    const { words } = request
    const probe = run ? showProbe(run, sapa.channels, words, sapa.clock()) : noProbe
    return reply.part('settings/_probe', { probe })
  })

  app.post(
    '/settings/accounts/suggestions',
    { schema: { body }, config },
    async (request, reply) => {
      const definition = definitionOf(request.body.type)
      const before = readSuggested(request.body['account-suggested'])
      const found = await suggestFields(definition, request.body, before)
      const placed = placeFields(definition, request.words, { body: { ...request.body, ...found } })
      return reply.part('settings/_suggestion', {
        rows: placed.filter(({ field }) => found[field.name] !== undefined),
        suggested: JSON.stringify({ ...before, ...found }),
        isFound: Object.keys(found).length > 0
      })
    }
  )

  /** A test of what cannot be complete yet says what is missing, in the place of its result. */
  function sayMissing(request: Request, reply: Reply, problem: Problem) {
    const definition = sapa.channels.get((request.body as { type?: string }).type ?? '')
    const { locale } = request.words
    const missing = Object.entries(problem.fields).map(([name, text]) => {
      const label = definition?.settings[name]?.label
      return label ? `${inLocale(label, locale)}: ${text}` : text
    })
    const probe: ShownProbe = { ...noProbe, state: 'failed', stateText: problem.text, missing }
    return reply.part('settings/_probe', { probe })
  }

  async function findForm(id: number | undefined, { type }: ChannelDefinition) {
    if (id === undefined) return emptyForm
    const account = await findAccount(sapa.db, id)
    if (account.type !== type) throw notFound('account')
    return storedForm(account)
  }

  function definitionOf(type: string): ChannelDefinition {
    const definition = sapa.channels.get(type)
    if (!definition) throw notFound('channel')
    return definition
  }
}
