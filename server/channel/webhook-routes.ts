import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { networkOf } from '../agent/network.ts'
import { DomainError, notFound } from '../errors.ts'
import type { ChannelSession, RawRequest, WebhookVerdict } from '../plugin-api/channel.ts'
import { isSame } from '../secret/same.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { appendCalled } from './journal/append-called.ts'
import type { Channels } from './registry.ts'

/** What webhooks need of Sapa. */
export interface WebhookTools {
  /** The writing connection. */
  db: Db
  /** The connection that only reads. */
  reader: Db
  blobs: BlobStore
  clock: () => Date
  channels: Pick<Channels, 'get'>
  supervisor: { session(accountId: number): ChannelSession | null }
}

interface Target {
  type: string
  account: string
  secret: string
}

/**
 * `/hooks/<type>/<account>/<secret>`: where providers call. Whoever does not know the secret learns
 * nothing. The answer goes out only after the items are on the disk; 503 makes the provider repeat.
 */
export function webhookRoutes(app: App, tools: WebhookTools): void {
  app.register(async scope => {
    // Signatures are made over the bytes as they came.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body)
    )
    scope.route<{ Params: Target }>({
      method: ['GET', 'POST', 'PUT'],
      url: '/hooks/:type/:account/:secret',
      exposeHeadRoute: false,
      bodyLimit: 5 * 1024 * 1024,
      config: {
        isPublic: true,
        isForeign: true,
        rateLimit: { max: 3000, timeWindow: 60_000, keyGenerator: accountOf }
      },
      // Before the body is read.
      onRequest: async request => checkSecret(tools, request.params),
      handler: async (request, reply) => accept(tools, request, request.params, reply)
    })
  })
}

const accountOf = (request: Request) =>
  `${networkOf(request.ip)} ${(request.params as Target).account}`

async function checkSecret({ reader }: WebhookTools, target: Target): Promise<void> {
  const id = /^\d{1,15}$/.test(target.account) ? Number(target.account) : 0
  const account = await reader
    .selectFrom('account')
    .select(['type', 'webhook_secret'])
    .where('id', '=', id)
    .executeTakeFirst()
  const isRight = isSame(target.secret, account?.webhook_secret ?? '')
  if (!account?.webhook_secret || !isRight || account.type !== target.type) {
    throw notFound('account')
  }
}

async function accept(
  tools: WebhookTools,
  request: Request,
  target: Target,
  reply: Reply
): Promise<unknown> {
  const id = Number(target.account)
  const session = tools.channels.get(target.type) && tools.supervisor.session(id)
  if (!session) {
    // Providers repeat; this says when it is worth it.
    reply.header('retry-after', '60')
    throw new DomainError('channel_off', 503)
  }
  if (!session.webhook) throw notFound('webhook')

  const verdict = session.webhook(rawRequest(request, target))
  if ('refuse' in verdict) return reply.code(verdict.refuse).send()
  if (verdict.accept.length > 0) {
    const called = { id, type: target.type }
    await appendCalled(tools.db, called, verdict.accept, tools.blobs, tools.clock())
  }
  return send(reply, verdict)
}

function send(reply: Reply, { reply: answer }: Extract<WebhookVerdict, { accept: unknown }>) {
  reply.code(answer?.status ?? 200).type(answer?.type ?? 'text/plain; charset=utf-8')
  return reply.send(answer?.body ?? '')
}

/** The path without its secret: a session has no need of it, and what it logs stays harmless. */
function rawRequest(request: Request, target: Target): RawRequest {
  return {
    method: request.method,
    path: `/hooks/${target.type}/${target.account}`,
    query: singles(request.query),
    headers: singles(request.headers),
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array()
  }
}

/** Of a name that comes twice the first counts. */
function singles(values: unknown): Record<string, string> {
  const entries = Object.entries(values as Record<string, unknown>)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)])
  )
}
