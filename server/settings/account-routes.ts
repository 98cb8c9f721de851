import { Type } from '../web/type.ts'
import { findAccount } from '../channel/account/find.ts'
import { ownPage } from '../channel/account/own-page.ts'
import type { Probes } from '../channel/account/probe.ts'
import { notFound } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { accountForm, type AccountForm } from './account-form.ts'
import { findCard, listCards, type AccountCard } from './account-list.ts'
import { countOfAccount, type AccountCounts } from './account-count.ts'
import { accountSteps, type AccountSteps } from './account-steps.ts'
import { connectAccount, saveAccount } from './account-save.ts'
import { frameOf, type Frame } from './frame.ts'
import { noProbe, type ShownProbe } from './probe-view.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/accounts': Frame & { cards: AccountCard[]; notice: string | null }
    'settings/account-new': Frame & {
      choices: ChannelLook[]
      form: AccountForm | null
      probe: ShownProbe
    }
    'settings/account': Frame & {
      card: AccountCard
      form: AccountForm | null
      probe: ShownProbe
      counts: AccountCounts
      steps: AccountSteps
      notice: string | null
    }
  }
}

const idParams = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const newQuery = Type.Object({ type: Type.Optional(Type.String({ maxLength: 40 })) })
const noticeQuery = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 20 })) })
const anyBody = Type.Record(Type.String(), Type.Unknown())
const newBody = Type.Intersect([anyBody, Type.Object({ type: Type.String({ maxLength: 40 }) })])

const home = '/settings/accounts'

/** Accounts: how they are, new ones, and the form of each. */
export function accountRoutes(app: App, sapa: Sapa, probes: Probes): void {
  const read = { can: 'account:read' } as const
  const manage = { can: 'account:manage' } as const

  app.get(home, { schema: { querystring: noticeQuery }, config: read }, async (request, reply) => {
    const [frame, cards] = await Promise.all([
      frameOf(sapa, request, home),
      listCards(sapa, request.words)
    ])
    return reply.page('settings/accounts', {
      ...frame,
      cards,
      notice: noticeOf(request.query.notice)
    })
  })

  app.get(
    '/settings/accounts/new',
    { schema: { querystring: newQuery }, config: manage },
    (request, reply) => showNew(request, reply, request.query.type, null)
  )

  app.post(
    home,
    {
      schema: { body: newBody },
      config: {
        ...manage,
        onRefusal: (request, reply, problem) =>
          showNew(request, reply, (request.body as { type?: string }).type, problem)
      }
    },
    async (request, reply) => {
      const definition = definitionOf(request.body.type)
      const { agent } = readerOf(request)
      const account = await connectAccount(sapa, probes, definition, agent.id, request.body)
      const page = ownPage(sapa.channels, account)
      return reply.redirect(page ?? `${home}/${account.id}?notice=created`, 303)
    }
  )

  app.get(
    '/settings/accounts/:id',
    { schema: { params: idParams, querystring: noticeQuery }, config: manage },
    (request, reply) =>
      showOne(request, reply, request.params.id, null, noticeOf(request.query.notice))
  )

  app.post(
    '/settings/accounts/:id',
    {
      schema: { params: idParams, body: anyBody },
      config: {
        ...manage,
        onRefusal: (request, reply, problem) =>
          showOne(request, reply, Number((request.params as { id: unknown }).id), problem, null)
      }
    },
    async (request, reply) => {
      const account = await findAccount(sapa.db, request.params.id)
      const definition = definitionOf(account.type)
      const { agent } = readerOf(request)
      await saveAccount(sapa, probes, definition, agent.id, account, request.body)
      return reply.redirect(`${home}/${account.id}?notice=saved`, 303)
    }
  )

  async function showNew(
    request: Request,
    reply: Reply,
    wanted: string | undefined,
    problem: Problem | null
  ) {
    const { words } = request
    const choices = sapa.channels
      .list()
      .map(({ type }) => channelLook(sapa.channels, type, words.locale))
    const only = choices.length === 1 ? choices[0]?.type : undefined
    const definition = sapa.channels.get(wanted ?? only ?? '')
    const form = definition && accountForm(sapa, definition, words, typedIn(request, problem))
    const frame = await frameOf(sapa, request, home)
    return reply.page('settings/account-new', {
      ...frame,
      choices,
      form: form ?? null,
      probe: noProbe
    })
  }

  async function showOne(
    request: Request,
    reply: Reply,
    id: number,
    problem: Problem | null,
    notice: string | null
  ) {
    const { words } = request
    const account = await findAccount(sapa.db, id)
    const definition = sapa.channels.get(account.type)
    const typed = { account, ...typedIn(request, problem) }
    const isSaved = notice !== null && problem === null
    const [frame, card, counts, steps] = await Promise.all([
      frameOf(sapa, request, home),
      findCard(sapa, words, id),
      countOfAccount(sapa.reader, id),
      accountSteps(sapa, words, account, { isSaved })
    ])
    const form = definition ? accountForm(sapa, definition, words, typed) : null
    const isLeft = notice === 'account.notice.created' && steps.guide.length > 0
    const told = isLeft ? 'account.notice.begun' : notice
    const shown = { card, form, probe: noProbe, counts, steps, notice: told }
    return reply.page('settings/account', { ...frame, ...shown })
  }

  function definitionOf(type: string): ChannelDefinition {
    const definition = sapa.channels.get(type)
    if (!definition) throw notFound('channel')
    return definition
  }
}

function typedIn(request: Request, problem: Problem | null) {
  return problem ? { body: request.body as Record<string, unknown>, problem } : {}
}

const notices = new Set(['created', 'saved', 'removed'])

const noticeOf = (name: string | undefined) =>
  name !== undefined && notices.has(name) ? `account.notice.${name}` : null
