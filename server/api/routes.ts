import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '../web/type.ts'
import { networkOf } from '../agent/network.ts'
import { hashToken } from '../agent/token.ts'
import type { Sapa } from '../sapa.ts'
import { pluginApiRoutes } from '../plugin-host/routes.ts'
import type { App, Request } from '../web/app.ts'
import { accountRoutes } from './account-routes.ts'
import { account } from './account.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { conversation } from './conversation.ts'
import { customerRoutes } from './customer-routes.ts'
import { customer } from './customer.ts'
import { meRoutes, me } from './me-routes.ts'
import { messageActRoutes } from './message-act-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { replyChoiceRoutes } from './reply-choice-routes.ts'
import { templateRoutes } from './template-routes.ts'
import { message } from './message.ts'
import { permission, pluginPermissionRoutes } from './plugin-permission-routes.ts'
import { erasure, pluginRecordRoutes } from './plugin-record-routes.ts'
import { deadEvent, deadEventRoutes } from './dead-event-routes.ts'
import { pluginLogRoutes } from './plugin-log-routes.ts'
import { plugin, pluginRoutes } from './plugin-routes.ts'
import { pluginSettingsRoutes } from './plugin-settings-routes.ts'
import { pluginVersionRoutes } from './plugin-version-routes.ts'
import { item, journalRoutes } from './journal-routes.ts'
import { outboxRoutes, step } from './outbox-routes.ts'
import { withPluginPaths } from './plugin-paths.ts'
import { rulePart, ruleRoutes } from './rule-routes.ts'
import { failure } from './schema.ts'
import { loadValidator, validatorOf } from './validate.ts'

const perMinute = 600

/** `/api/v1`: what the pages can do, for programs with a token. Nothing here looks at cookies. */
export async function apiRoutes(app: App, sapa: Sapa): Promise<void> {
  await app.register(
    async scope => {
      const api = scope.withTypeProvider<TypeBoxTypeProvider>()
      takeOnlyJson(api)
      api.setValidatorCompiler(validatorOf as never)
      api.addHook('preValidation', loadValidator)
      api.addHook(
        'onRequest',
        api.rateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: callerOf })
      )
      for (const schema of [failure, conversation, message, customer, account])
        api.addSchema(schema)
      for (const schema of [plugin, item, step, me, permission, erasure, rulePart, deadEvent])
        api.addSchema(schema)
      await describe(api, sapa)
      meRoutes(api, sapa)
      conversationRoutes(api, sapa)
      messageRoutes(api, sapa)
      messageActRoutes(api, sapa)
      replyChoiceRoutes(api, sapa)
      attachmentRoutes(api, sapa)
      customerRoutes(api, sapa)
      accountRoutes(api, sapa)
      templateRoutes(api, sapa)
      pluginRoutes(api, sapa)
      deadEventRoutes(api, sapa)
      pluginSettingsRoutes(api, sapa)
      pluginLogRoutes(api, sapa)
      pluginVersionRoutes(api, sapa)
      journalRoutes(api, sapa)
      outboxRoutes(api, sapa)
      pluginPermissionRoutes(api, sapa)
      pluginRecordRoutes(api, sapa)
      ruleRoutes(api, sapa)
      await pluginApiRoutes(api, sapa)
    },
    { prefix: '/api/v1' }
  )
}

/** No forms: a browser could send those from any page. */
function takeOnlyJson(api: App): void {
  api.removeAllContentTypeParsers()
  api.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    api.getDefaultJsonParser('error', 'error')
  )
}

/** Each token has a limit of its own. */
function callerOf(request: Request): string {
  const { authorization } = request.headers
  return request.agent && authorization ? hashToken(authorization) : networkOf(request.ip)
}

/** The description is made of the routes' schemas, by which answers are written, too. */
async function describe(api: App, sapa: Sapa): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sapa',
        version: '1',
        description: 'Conversations, messages, customers and accounts of one installation.'
      },
      servers: [{ url: sapa.config.publicUrl }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`
    }
  })
  api.get(
    '/openapi.json',
    {
      schema: {
        tags: ['description'],
        summary: 'This description',
        security: [],
        response: {
          200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' })
        }
      },
      config: { isPublic: true }
    },
    () => withPluginPaths(api.swagger(), sapa.plugins) as Record<string, unknown>
  )
}
