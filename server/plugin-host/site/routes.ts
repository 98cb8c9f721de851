import type { IncomingMessage } from 'node:http'
import type { Sapa } from '../../sapa.ts'
import type { App } from '../../web/app.ts'
import { admit } from '../route/admit.ts'
import { answer } from '../route/answer.ts'
import { readBytes } from '../route/bytes.ts'
import type { OpenRequests } from '../route/open-requests.ts'
import { sendSite } from '../route/send.ts'

type Kind = 'own' | 'foreign'

/**
 * Paths at the root of Sapa's address that plugins answer, behind all routes of Sapa itself. A request gets
 * here only when there is a route for it; everything else stays the page that is not there.
 */
export function siteRoutes(app: App, sapa: Sapa, open: OpenRequests): void {
  const { router } = sapa.plugins
  app.addConstraintStrategy({
    name: 'site',
    storage: () => {
      const kinds = new Map<Kind, never>()
      return {
        get: kind => kinds.get(kind as Kind) ?? null,
        set: (kind, value) => void kinds.set(kind as Kind, value as never)
      }
    },
    validate: () => {},
    deriveConstraint: (request: IncomingMessage) => {
      const found = router.findSite(request.method ?? '', pathOf(request.url ?? ''))
      return found && (found.route.isForeign ? 'foreign' : 'own')
    }
  })
  app.register(async scope => {
    readBytes(scope)
    for (const kind of ['own', 'foreign'] as const) {
      scope.route({
        method: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
        url: '/*',
        constraints: { site: kind },
        // The route's own limit counts: thousands of visitors may share an address.
        config: { isPublic: true, isSite: true, isForeign: kind === 'foreign', rateLimit: false },
        onRequest: async (request, reply) => admit(sapa, 'site', request, reply),
        handler: async (request, reply) =>
          sendSite(request, reply, await answer('site', request, reply, open), open.streams)
      })
    }
  })
}

const pathOf = (url: string) => url.split('?')[0] ?? ''
