import { Type } from '../web/type.ts'
import { createApiToken, listApiTokens, revokeApiToken } from '../agent/api-token.ts'
import { isAtLeast } from '../agent/permission.ts'
import { InvalidInput } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { ago } from './ago.ts'
import { frameOf, isPart, type Frame } from './frame.ts'

interface Tokens {
  tokens: { id: number; name: string; facts: string[]; isRevocable: boolean }[]
  /** Shown now and never again. */
  fresh: string | null
  typed: string
  problem: Problem | null
}

declare module '../web/page.ts' {
  interface Views {
    'settings/tokens': Frame & Tokens
    'settings/_tokens': Tokens
  }
}

const dayMs = 24 * 60 * 60_000
const body = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  days: Type.Optional(
    Type.Union(
      ['', '30', '90', '365'].map(days => Type.Literal(days)),
      { default: '' }
    )
  )
})
const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const home = '/settings/tokens'

/** Keys for programs. Each may do what its maker may. Those of others are seen and revoked here, too. */
export function tokenRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const config = {
    can: 'setting:manage',
    onRefusal: (request: Request, reply: Reply, problem: Problem) =>
      show(request, reply, { problem, typed: (request.body as { name?: string })?.name ?? '' })
  } as const

  app.get(home, { config }, (request, reply) => show(request, reply))

  app.post(home, { schema: { body }, config }, async (request, reply) => {
    const { agent } = readerOf(request)
    const name = request.body.name.trim()
    if (!name) throw new InvalidInput({ name: 'error.field.required' })
    const days = Number(request.body.days ?? '')
    const expiry = days > 0 ? { expiresAt: clock().getTime() + days * dayMs } : {}
    const { token } = await createApiToken(db, { agentId: agent.id, name, ...expiry }, clock())
    return show(request, reply, { fresh: token })
  })

  app.delete('/settings/tokens/:id', { schema: { params }, config }, async (request, reply) => {
    await revokeApiToken(db, request.params.id, readerOf(request).agent, clock())
    return show(request, reply)
  })

  async function show(request: Request, reply: Reply, more: Partial<Tokens> = {}) {
    const { agent, words } = readerOf(request)
    const { t } = words
    const rows = await listApiTokens(db)
    const values: Tokens = {
      tokens: rows.map(row => ({
        id: row.id,
        name: row.name,
        isRevocable: row.agent_id === agent.id || isAtLeast(agent.role, row.agent_role),
        facts: [
          row.agent_id === agent.id ? t('people.you') : row.agent_name,
          t('token.created', { time: words.date(row.created_at, clock()) }),
          row.last_used_at === null
            ? t('token.unused')
            : t('token.used', { time: ago(row.last_used_at, words, clock()) }),
          row.expires_at === null
            ? t('token.forever')
            : t('token.expires', { time: words.date(row.expires_at, clock()) })
        ]
      })),
      ...{ fresh: null, typed: '', problem: null },
      ...more
    }
    if (isPart(request)) return reply.part('settings/_tokens', values)
    return reply.page('settings/tokens', { ...(await frameOf(sapa, request, home)), ...values })
  }
}
