import { Type } from '../web/type.ts'
import { findAccount } from '../channel/account/find.ts'
import { checkAccount } from '../channel/account/check.ts'
import type { Probes } from '../channel/account/probe.ts'
import { notFound } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import {
  noChecks,
  showChecks,
  watchFirstMessage,
  type ShownChecks,
  type ShownFirst
} from './account-steps.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/_checks': { checks: ShownChecks }
    'settings/_first-message': { first: ShownFirst }
  }
}

const id = Type.Integer({ minimum: 1 })
const params = Type.Object({ id })
const runParams = Type.Object({ id, run: Type.String({ minLength: 10, maxLength: 60 }) })

/** After the form: whether all is well at the provider's, and the first message as it arrives. */
export function accountStepsRoutes(app: App, sapa: Sapa, probes: Probes): void {
  const config = { can: 'account:manage' } as const

  app.post(
    '/settings/accounts/:id/checks',
    { schema: { params }, config },
    async (request, reply) => {
      const account = await findAccount(sapa.db, request.params.id)
      const about = { type: account.type, accountId: account.id }
      const run = probes.begin(
        { ...about, agentId: readerOf(request).agent.id },
        (signal, report) => checkAccount(sapa, account.id, signal, report)
      )
      const checks = showChecks(run, sapa, request.words, account.id)
      return reply.code(202).part('settings/_checks', { checks })
    }
  )

  app.get(
    '/settings/accounts/:id/checks/:run',
    { schema: { params: runParams }, config },
    (request, reply) => {
      const run = probes.find(request.params.run, readerOf(request).agent.id)
      const { id: accountId } = request.params
      const isKnown = run?.accountId === accountId
      // A restart has ended it: it can be asked for again.
      const checks = isKnown ? showChecks(run, sapa, request.words, accountId) : noChecks(accountId)
      return reply.part('settings/_checks', { checks })
    }
  )

  app.get(
    '/settings/accounts/:id/first-message',
    { schema: { params }, config },
    async (request, reply) => {
      const account = await findAccount(sapa.db, request.params.id)
      const first = await watchFirstMessage(sapa, request.words, account)
      if (!first) throw notFound('message')
      return reply.part('settings/_first-message', { first })
    }
  )
}
