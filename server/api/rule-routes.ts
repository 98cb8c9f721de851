import { Type, type Static } from '../web/type.ts'
import { findConversation } from '../conversation/find.ts'
import { asked } from '../plugin-host/call/refusal.ts'
import { describeForm } from '../plugin-host/form/describe.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { RulePart } from '../plugin-host/rule/registry.ts'
import type { RuleAction, RuleCondition, RuleFacts } from '../plugin-api/rule.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { defaultLimit, described, id, line, named, pageOf } from './schema.ts'

const tag = 'rules'

export const rulePart = named('RulePart', {
  key: Type.String({ description: '`<plugin>.<id>`, as rules store it' }),
  plugin: Type.String(),
  label: Type.String({ description: "In the language of the token's owner" }),
  params: Type.Array(Type.Object({}, { additionalProperties: true }), {
    description: 'The fields of its form'
  })
})

const key = '^[a-z][a-z0-9-]{1,30}\\.[a-z][a-z0-9-]{0,40}$'
const params = Type.Object({ key: Type.String({ pattern: key }) })
const query = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default: 50' })),
  cursor: Type.Optional(Type.String({ ...line(80), description: 'The `next` of the page before' }))
})
const trial = Type.Object({
  conversation: id,
  params: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'Its particulars' })
  )
})
const can = 'setting:manage' as const

/** What plugins bring for rules, and trying it on a conversation. Trials are not kept. */
export function ruleRoutes(api: App, sapa: Sapa): void {
  const { rules } = sapa.plugins.offers
  const told = 'A page of parts of rules'

  api.get(
    '/rule-conditions',
    {
      schema: described(tag, 'List the conditions that plugins bring for rules', {
        querystring: query,
        response: { 200: pageOf(rulePart, told) }
      }),
      config: { can }
    },
    request => pageOfParts(rules.conditions(), request.query, agentOf(request).locale)
  )

  api.get(
    '/rule-actions',
    {
      schema: described(tag, 'List the actions that plugins bring for rules', {
        querystring: query,
        response: { 200: pageOf(rulePart, told) }
      }),
      config: { can }
    },
    request => pageOfParts(rules.actions(), request.query, agentOf(request).locale)
  )

  api.post(
    '/rule-conditions/:key/evaluations',
    {
      schema: described(tag, 'Try a condition on a conversation', {
        params,
        body: trial,
        response: { 200: Type.Object({ holds: Type.Boolean() }, { description: 'The answer' }) }
      }),
      config: { can }
    },
    async request => {
      const facts = await factsOf(sapa, request.body)
      const { params: given = {} } = request.body
      return { holds: await asked(rules.test(request.params.key, given, facts)) }
    }
  )

  api.post(
    '/rule-actions/:key/runs',
    {
      schema: described(tag, 'Run an action on a conversation', {
        params,
        body: trial,
        response: { 200: Type.Object({ is_done: Type.Boolean() }, { description: 'It was done' }) }
      }),
      config: { can }
    },
    async request => {
      const facts = await factsOf(sapa, request.body)
      await asked(rules.run(request.params.key, request.body.params ?? {}, facts))
      return { is_done: true }
    }
  )
}

async function factsOf(
  { reader }: Sapa,
  { conversation }: Static<typeof trial>
): Promise<RuleFacts> {
  const { customer_id: customer } = await findConversation(reader, conversation)
  return { conversation, customer, message: null }
}

function pageOfParts(
  parts: RulePart<RuleCondition | RuleAction>[],
  { limit = defaultLimit, cursor = '' }: Static<typeof query>,
  locale: string
) {
  const later = parts.filter(part => part.key > cursor)
  const shown = later.slice(0, limit)
  const data = shown.map(({ key: name, plugin, part }) => ({
    ...{ key: name, plugin, label: inLocale(part.label, locale) },
    params: describeForm(part.params ?? {}, locale)
  }))
  return { data, next: later.length > limit ? (shown.at(-1)?.key ?? null) : null }
}
