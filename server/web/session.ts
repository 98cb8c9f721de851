import session, { type SessionStore } from '@fastify/session'
import { readSession, removeSession, saveSession, sessionAgeMs } from '../agent/session.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from './app.ts'

declare module 'fastify' {
  interface Session {
    agentId?: number
    address?: string | undefined
    userAgent?: string | undefined
  }
}

export const sessionCookie = 'sapa_session'

/** Signed-in browsers only: a visitor without a session leaves no row and gets no cookie. */
export async function useSessions(app: App, sapa: Sapa): Promise<void> {
  leaveOutOfSite(app)
  await app.register(session, {
    // The id is 256 random bits and stored as a hash: a signature would prove nothing more.
    secret: { sign: value => value, unsign: value => ({ valid: true, renew: false, value }) },
    cookieName: sessionCookie,
    saveUninitialized: false,
    rolling: false,
    cookie: {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: sapa.config.isHttps,
      maxAge: sessionAgeMs.absolute
    },
    store: storeOf(sapa)
  })
}

/** Before the library looks: no session is read, and none begins. */
function leaveOutOfSite(app: App): void {
  app.addHook('onRequest', async request => {
    if (!request.routeOptions.config?.isSite) return
    delete request.cookies[sessionCookie]
  })
}

// The library wants to see the cookie's age again; the real limits are the row's.
const cookie = { originalMaxAge: sessionAgeMs.absolute, maxAge: sessionAgeMs.absolute }

function storeOf(sapa: Pick<Sapa, 'db' | 'reader' | 'clock'>): SessionStore {
  return {
    set(id, value, done) {
      if (value.agentId === undefined) return done()
      const { agentId, address, userAgent } = value
      settle(saveSession(sapa.db, id, { agentId, address, userAgent }, sapa.clock()), done)
    },
    get(id, done) {
      readSession(sapa.db, sapa.reader, id, sapa.clock()).then(
        found => done(null, found && { ...found, cookie }),
        (error: unknown) => done(error)
      )
    },
    destroy(id, done) {
      settle(removeSession(sapa.db, id), done)
    }
  }
}

function settle(work: Promise<void>, done: (error?: unknown) => void): void {
  work.then(
    () => done(),
    (error: unknown) => done(error)
  )
}
