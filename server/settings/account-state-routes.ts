import { Type } from '../web/type.ts'
import { enableAccount } from '../channel/account/enable.ts'
import { findAccount, listAccounts } from '../channel/account/find.ts'
import { noteAccount } from '../channel/account/notice.ts'
import { removeAccount } from '../channel/account/remove.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { isPart } from './frame.ts'
import { findCard, type AccountCard } from './account-list.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/_account-card': { card: AccountCard }
  }
}

const schema = { params: Type.Object({ id: Type.Integer({ minimum: 1 }) }) }
type WithId = Request & { params: { id: number } }

/** Switching on and off, calling again, going away. Each answers the card as it is now. */
export function accountStateRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const manage = { schema, config: { can: 'account:manage' } } as const

  app.get(
    '/settings/accounts/:id/card',
    { schema, config: { can: 'account:read' } },
    async (request, reply) => {
      // A card that refreshes itself goes away with its account.
      const isThere = (await listAccounts(db)).some(account => account.id === request.params.id)
      if (!isThere && isPart(request)) return reply.type('text/html; charset=utf-8').send('')
      return card(request, reply)
    }
  )

  app.put('/settings/accounts/:id/service', manage, async (request, reply) => {
    await enableAccount(db, request.params.id, true, clock())
    return card(request, reply)
  })

  app.delete('/settings/accounts/:id/service', manage, async (request, reply) => {
    await enableAccount(db, request.params.id, false, clock())
    return card(request, reply)
  })

  app.put('/settings/accounts/:id/connection', manage, async (request, reply) => {
    await findAccount(db, request.params.id)
    await sapa.supervisor.restart(request.params.id)
    return card(request, reply)
  })

  app.delete('/settings/accounts/:id/notice', manage, async (request, reply) => {
    await findAccount(db, request.params.id)
    await noteAccount(db, request.params.id, null)
    return card(request, reply)
  })

  app.delete('/settings/accounts/:id', manage, async (request, reply) => {
    await removeAccount(db, request.params.id, clock())
    return reply.header('hx-redirect', '/settings/accounts?notice=removed').code(204).send()
  })

  async function card(request: WithId, reply: Reply) {
    const found = await findCard(sapa, request.words, request.params.id)
    return reply.part('settings/_account-card', { card: found })
  }
}
