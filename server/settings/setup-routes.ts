import { Type } from '../web/type.ts'
import { createOwner } from '../agent/create-owner.ts'
import { hasOwner } from '../agent/find.ts'
import { may } from '../agent/permission.ts'
import { updateProfile } from '../agent/profile.ts'
import { openSession } from '../agent/routes.ts'
import type { Probes } from '../channel/account/probe.ts'
import { readerOf } from '../inbox/reader.ts'
import { isSame } from '../secret/same.ts'
import type { Sapa } from '../sapa.ts'
import { getSettings } from '../setting/get.ts'
import { saveSettings } from '../setting/save.ts'
import type { Settings } from '../setting/schema.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { setupChannelRoutes } from './setup-channel-routes.ts'
import { setupFrame, type SetupFrame } from './setup-steps.ts'
import { setupTeamRoutes } from './setup-team-routes.ts'
import { timeZoneChoices } from './time-zone.ts'

declare module '../web/page.ts' {
  interface Views {
    'setup/locked': object
    'setup/account': SetupFrame & {
      token: string
      name: string
      email: string
      problem: Problem | null
    }
    'setup/business': SetupFrame & {
      businessName: string
      locale: string
      timeZone: string
      timeZones: { value: string; label: string }[]
      isGuessing: boolean
      problem: Problem | null
    }
  }
}

const query = Type.Object({ token: Type.Optional(Type.String({ maxLength: 100 })) })
const owner = Type.Object({
  token: Type.String({ maxLength: 100 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1000 })
})
const business = Type.Object({
  businessName: Type.String({ minLength: 1, maxLength: 120 }),
  locale: Type.String({ maxLength: 5 }),
  timeZone: Type.String({ maxLength: 64 })
})
const rateLimit = { max: 30, timeWindow: 60_000 }

/** The first minutes: owner, business, channel, team. Each step is kept as it is left. */
export function setupRoutes(app: App, sapa: Sapa, probes: Probes): void {
  const { db, clock } = sapa

  app.get(
    '/setup',
    { schema: { querystring: query }, config: { isPublic: true, rateLimit } },
    async (request, reply) => {
      if (await hasOwner(db)) return reply.redirect(afterOwner(request), 303)
      return showAccount(request, reply, request.query.token ?? '', null)
    }
  )

  app.post(
    '/setup/account',
    {
      schema: { body: owner },
      config: {
        isPublic: true,
        rateLimit,
        onInvalid: (request, reply, problem) =>
          showAccount(request, reply, typedIn(request).token ?? '', problem)
      }
    },
    async (request, reply) => {
      const { token, ...person } = request.body
      if (await hasOwner(db)) return reply.redirect('/sign-in', 303)
      if (!isSame(token, sapa.setupToken)) return locked(reply)
      const { locale } = request.words
      const agent = await createOwner(db, { ...person, locale }, clock())
      await openSession(request, agent)
      return reply.redirect('/setup/business', 303)
    }
  )

  app.get('/setup/business', { config: { can: 'setting:manage' } }, (request, reply) =>
    showBusiness(request, reply, null)
  )

  app.post(
    '/setup/business',
    {
      schema: { body: business },
      config: { can: 'setting:manage', onRefusal: showBusiness }
    },
    async (request, reply) => {
      const { businessName, timeZone } = request.body
      const locale = request.body.locale as Settings['locale']
      await saveSettings(db, { businessName: businessName.trim(), locale, timeZone }, clock())
      await adopt(request, locale, timeZone)
      return reply.redirect('/setup/channel', 303)
    }
  )

  setupChannelRoutes(app, sapa, probes)
  setupTeamRoutes(app, sapa)

  async function showAccount(
    request: Request,
    reply: Reply,
    token: string,
    problem: Problem | null
  ) {
    if (!isSame(token, sapa.setupToken)) return locked(reply)
    const { name = '', email = '' } = typedIn(request)
    const frame = await setupFrame(sapa, request, 'account')
    return reply.page('setup/account', { ...frame, token, name, email, problem })
  }

  async function showBusiness(request: Request, reply: Reply, problem: Problem | null) {
    const settings = await getSettings(db)
    const typed = problem ? typedIn(request) : {}
    const isFirst = settings.businessName === ''
    const locale = typed.locale ?? (isFirst ? readerOf(request).agent.locale : settings.locale)
    const timeZone = typed.timeZone ?? settings.timeZone
    return reply.page('setup/business', {
      ...(await setupFrame(sapa, request, 'business')),
      businessName: typed.businessName ?? settings.businessName,
      locale,
      timeZone,
      timeZones: timeZoneChoices(timeZone),
      isGuessing: isFirst && problem === null,
      problem
    })
  }

  /** The owner reads Sapa as the business does, until the profile says otherwise. */
  async function adopt(request: Request, locale: string, timeZone: string): Promise<void> {
    const { agent } = readerOf(request)
    await updateProfile(db, agent.id, {
      name: agent.name,
      locale,
      timeZone,
      theme: agent.theme,
      density: agent.density,
      undoSeconds: agent.undo_seconds,
      enterSends: agent.enter_sends === 1,
      shortcuts: agent.shortcuts === 1
    })
  }
}

function locked(reply: Reply): Reply {
  return reply.code(403).page('setup/locked', {})
}

function afterOwner({ agent }: Request): string {
  if (!agent) return '/sign-in'
  return may(agent.role, 'setting:manage') ? '/setup/business' : '/'
}

const typedIn = (request: Request) => (request.body ?? {}) as Record<string, string | undefined>
