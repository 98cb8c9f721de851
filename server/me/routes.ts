import { Type } from '../web/type.ts'
import { changePassword, densities, themes, undoChoices, updateProfile } from '../agent/profile.ts'
import { listSessions, revokeSession, revokeSessions } from '../agent/session.ts'
import type { Agent } from '../agent/table.ts'
import { hashToken } from '../agent/token.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { agentOf } from '../web/permission.ts'
import { deviceOf } from './device.ts'
import { timeZones } from './time-zone.ts'

interface ShownSession {
  id: string
  device: string
  address: string | null
  lastSeen: string
  isThis: boolean
}

export interface ShownProfile {
  name: string
  email: string
  locale: string
  timeZone: string
  theme: string
  density: string
  undoSeconds: number | null
  enterSends: boolean
  shortcuts: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'me/index': {
      shell: Shell
      profile: ShownProfile
      themes: readonly string[]
      densities: readonly string[]
      undoChoices: readonly number[]
      timeZones: string[]
      sessions: ShownSession[]
      problem: Problem | null
      notice: string | null
    }
  }
}

const can = 'profile:edit' as const
const flag = Type.Optional(Type.Boolean({ default: false }))
const profile = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  locale: Type.String({ maxLength: 10 }),
  timeZone: Type.String({ maxLength: 60 }),
  theme: Type.String({ maxLength: 20 }),
  density: Type.String({ maxLength: 20 }),
  /** Empty: no choice of one's own. */
  undoSeconds: Type.String({ pattern: '^\\d{0,3}$' }),
  enterSends: flag,
  shortcuts: flag
})
const passwords = Type.Object({
  current: Type.String({ minLength: 1, maxLength: 1000 }),
  password: Type.String({ minLength: 1, maxLength: 1000 })
})
const query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 20 })) })

/** Everybody's own page. All of it works as plain forms. */
export function meRoutes(app: App, sapa: Sapa): void {
  const again = (request: Request, reply: Reply, problem: Problem) =>
    show(sapa, request, reply, { problem })

  app.get('/me', { schema: { querystring: query }, config: { can } }, (request, reply) =>
    show(sapa, request, reply, { notice: notices[request.query.notice ?? ''] ?? null })
  )

  app.post(
    '/me/profile',
    { schema: { body: profile }, config: { can, onInvalid: again } },
    async (request, reply) => {
      const { enterSends = false, shortcuts = false, undoSeconds, ...rest } = request.body
      await updateProfile(sapa.db, agentOf(request).id, {
        ...rest,
        enterSends,
        shortcuts,
        undoSeconds: undoSeconds === '' ? null : Number(undoSeconds)
      })
      return reply.redirect('/me?notice=profile', 303)
    }
  )

  app.post(
    '/me/password',
    {
      schema: { body: passwords },
      config: { can, onInvalid: again, rateLimit: { max: 10, timeWindow: 60_000 } }
    },
    async (request, reply) => {
      const keepSession = hashToken(request.session.sessionId)
      await changePassword(sapa.db, agentOf(request).id, { ...request.body, keepSession })
      return reply.redirect('/me?notice=password', 303)
    }
  )

  app.post('/me/sessions/ended', { config: { can } }, async (request, reply) => {
    const own = hashToken(request.session.sessionId)
    await revokeSessions(sapa.db, agentOf(request).id, own)
    return reply.redirect('/me?notice=sessions', 303)
  })

  app.post(
    '/me/sessions/:id/ended',
    { schema: { params: Type.Object({ id: Type.String({ maxLength: 64 }) }) }, config: { can } },
    async (request, reply) => {
      await revokeSession(sapa.db, agentOf(request).id, request.params.id)
      return reply.redirect('/me?notice=sessions', 303)
    }
  )
}

async function show(
  sapa: Sapa,
  request: Request,
  reply: Reply,
  said: { problem?: Problem; notice?: string | null }
): Promise<Reply> {
  const agent = agentOf(request)
  return reply.page('me/index', {
    shell: await shellOf(sapa, readerOf(request), '/me'),
    profile: { ...shown(agent), ...(said.problem ? (request.body as object) : {}) },
    themes,
    densities,
    undoChoices,
    timeZones: timeZones(agent.time_zone),
    sessions: await sessionsOf(sapa, request, agent),
    problem: said.problem ?? null,
    notice: said.notice ?? null
  })
}

function shown(agent: Agent): ShownProfile {
  return {
    name: agent.name,
    email: agent.email,
    locale: agent.locale,
    timeZone: agent.time_zone,
    theme: agent.theme,
    density: agent.density,
    undoSeconds: agent.undo_seconds,
    enterSends: agent.enter_sends === 1,
    shortcuts: agent.shortcuts === 1
  }
}

async function sessionsOf(sapa: Sapa, request: Request, agent: Agent): Promise<ShownSession[]> {
  const now = sapa.clock()
  const own = hashToken(request.session.sessionId)
  const rows = await listSessions(sapa.reader, agent.id, now)
  return rows.map(row => ({
    id: row.id_hash,
    device: deviceOf(row.user_agent) ?? request.t('me.session.unknown'),
    address: row.address,
    lastSeen: request.words.dateTime(row.last_seen_at, now),
    isThis: row.id_hash === own
  }))
}

const notices: Record<string, string> = {
  profile: 'me.notice.profile',
  password: 'me.notice.password',
  sessions: 'me.notice.sessions'
}
