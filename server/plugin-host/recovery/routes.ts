import { DomainError } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import type { App, Reply, Request } from '../../web/app.ts'
import { Type } from '../../web/type.ts'
import type { PluginHost } from '../host.ts'
import { checkLink, isRecovering, openRecovery, recoveryMs } from './key.ts'
import { closedPage, enterPage, recoveryPage, recoveryStyle } from './page.ts'

const cookieName = 'sapa_recovery'
const token = Type.String({ minLength: 1, maxLength: 200 })
const changes = ['off', 'again', 'rollback', 'normal', 'safe'] as const
type Change = (typeof changes)[number]
const body = Type.Object({
  change: Type.Enum([...changes]),
  plugin: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }))
})

/**
 * `/recovery`: plugins can be switched here when nothing else answers. No layout, no view, no plugin and
 * no sign-in takes part; a link from `sapa recovery-link` opens it once, for half an hour.
 */
export function recoveryRoutes(app: App, sapa: Sapa): void {
  const { plugins } = sapa
  const rateLimit = { max: 30, timeWindow: 60_000 }
  const open = { isPublic: true, rateLimit } as const
  const refused = async (request: Request, reply: Reply) =>
    close(request, reply, 'recovery_unknown')
  const config = { ...open, onInvalid: refused }

  app.get('/recovery/style.css', { config: open }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(recoveryStyle)
  )

  app.get(
    '/recovery',
    {
      schema: {
        querystring: Type.Object({ token: Type.Optional(token), done: Type.Optional(token) })
      },
      config
    },
    async (request, reply) => {
      if (await isInside(request)) return show(request, reply, request.query.done)
      const given = request.query.token
      if (given === undefined) return close(request, reply, 'recovery_closed')
      return tell(request, reply, async () => {
        await checkLink(sapa.db, given, sapa.clock())
        return page(reply, enterPage(given, request.words))
      })
    }
  )

  app.post(
    '/recovery/session',
    { schema: { body: Type.Object({ token }) }, config },
    (request, reply) =>
      tell(request, reply, async () => {
        const session = await openRecovery(sapa.db, request.body.token, sapa.clock())
        sapa.log.warn('somebody came in by a recovery link')
        reply.setCookie(cookieName, session, {
          ...{ path: '/recovery', httpOnly: true, sameSite: 'strict' },
          ...{ secure: sapa.config.isHttps, maxAge: recoveryMs / 1000 }
        })
        return reply.redirect('/recovery', 303)
      })
  )

  app.post('/recovery/changes', { schema: { body }, config }, async (request, reply) => {
    if (!(await isInside(request))) return close(request, reply, 'recovery_closed')
    const { change, plugin } = request.body
    return tell(request, reply, async () => {
      sapa.log.warn({ change, plugin }, 'changed by the recovery page')
      await apply(plugins, change, plugin)
      return reply.redirect(`/recovery?done=${change}`, 303)
    })
  })

  function isInside(request: Request): Promise<boolean> {
    return isRecovering(sapa.db, request.cookies[cookieName], sapa.clock())
  }

  async function show(request: Request, reply: Reply, done: string | undefined) {
    await plugins.scan()
    const isDone = changes.some(change => change === done)
    const facts = {
      isSafe: plugins.isSafe,
      notice: isDone ? request.t('recovery.done') : null,
      now: sapa.clock()
    }
    return page(reply, recoveryPage(await plugins.list(), facts, request.words))
  }
}

async function apply(plugins: PluginHost, change: Change, id: string | undefined): Promise<void> {
  if (change === 'safe') return plugins.setSafeMode(true)
  if (change === 'normal') return startNormally(plugins)
  if (id === undefined) throw new DomainError('bad_request', 400)
  if (change === 'off') return void (await plugins.deactivate(id))
  if (change === 'again') return void (await plugins.activate(id))
  await plugins.rollback(id)
}

/** Everything that is wanted, also what was taken out of service. */
async function startNormally(plugins: PluginHost): Promise<void> {
  await plugins.setSafeMode(false)
  for (const { id, isActive, state } of await plugins.list()) {
    if (isActive && state !== 'active') await plugins.activate(id)
  }
}

/** Refusals are told on the bare page: the usual one needs views. */
async function tell(
  request: Request,
  reply: Reply,
  work: () => Promise<unknown>
): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return close(request, reply, error.code, error.status)
  }
}

function close(request: Request, reply: Reply, code: string, status = 403): unknown {
  return page(reply.code(status), closedPage(request.t(`error.${code}`), request.words))
}

function page(reply: Reply, html: string): unknown {
  return reply.type('text/html; charset=utf-8').send(html)
}
