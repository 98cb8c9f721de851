import { Type } from '../web/type.ts'
import type { Probes } from '../channel/account/probe.ts'
import { notFound } from '../errors.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { findAccount } from '../channel/account/find.ts'
import { accountForm, type AccountForm } from './account-form.ts'
import { accountSteps, type AccountSteps } from './account-steps.ts'
import { findCard, listCards, type AccountCard } from './account-list.ts'
import { connectAccount } from './account-save.ts'
import { connectLinks } from './connect-link.ts'
import { noProbe, type ShownProbe } from './probe-view.ts'
import { setupFrame, type SetupFrame } from './setup-steps.ts'

declare module '../web/page.ts' {
  interface Views {
    'setup/channel': SetupFrame & {
      cards: AccountCard[]
      choices: (ChannelLook & { isChosen: boolean })[]
      form: AccountForm | null
      /** What is left to do at the provider's, after an account was connected here. */
      finish: { card: AccountCard; steps: AccountSteps; live: string } | null
      probe: ShownProbe
    }
  }
}

const query = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 40 })),
  account: Type.Optional(Type.Integer({ minimum: 1 }))
})
const body = Type.Intersect([
  Type.Record(Type.String(), Type.Unknown()),
  Type.Object({ type: Type.String({ maxLength: 40 }) })
])

/** The first channel: chosen, tested and connected. */
export function setupChannelRoutes(app: App, sapa: Sapa, probes: Probes): void {
  const config = { can: 'account:manage' } as const

  app.get('/setup/channel', { schema: { querystring: query }, config }, (request, reply) => {
    const { account, type } = request.query
    return account === undefined
      ? show(request, reply, type, null)
      : finish(request, reply, account)
  })

  app.post(
    '/setup/channel',
    {
      schema: { body },
      config: {
        ...config,
        onRefusal: (request, reply, problem) =>
          show(request, reply, (request.body as { type?: string }).type, problem)
      }
    },
    async (request, reply) => {
      const definition = sapa.channels.get(request.body.type)
      if (!definition) throw notFound('channel')
      const { agent, words } = readerOf(request)
      const account = await connectAccount(sapa, probes, definition, agent.id, request.body)
      const hasToSignIn = connectLinks(sapa.channels, account, words.locale).length > 0
      if (hasToSignIn) return reply.redirect('/setup/channel', 303)
      const isLeft = definition.guide !== undefined || definition.firstMessage !== undefined
      const next = isLeft ? `/setup/channel?account=${account.id}` : '/setup/team'
      return reply.redirect(next, 303)
    }
  )

  async function show(
    request: Request,
    reply: Reply,
    wanted: string | undefined,
    problem: Problem | null
  ) {
    const { words } = request
    const cards = await listCards(sapa, words)
    const known = sapa.channels.list()
    // What was connected is shown first; another one is asked for by its name. What was there by itself is no answer.
    const isAnswered = cards.some(({ look }) => !sapa.channels.get(look.type)?.firstAccount)
    const first = known.find(({ firstAccount }) => !firstAccount) ?? known[0]
    const type = wanted ?? (isAnswered ? undefined : first?.type)
    const definition = sapa.channels.get(type ?? '')
    const typed = problem ? { body: request.body as Record<string, unknown>, problem } : {}
    return reply.page('setup/channel', {
      ...(await setupFrame(sapa, request, 'channel')),
      cards,
      choices: known.map(channel => ({
        ...channelLook(sapa.channels, channel.type, words.locale),
        isChosen: channel === definition
      })),
      form: definition ? accountForm(sapa, definition, words, typed) : null,
      finish: null,
      probe: noProbe
    })
  }

  /** What must be told to the provider, whether all is well there, and the first message. */
  async function finish(request: Request, reply: Reply, id: number) {
    const { words } = request
    const account = await findAccount(sapa.db, id)
    const [frame, card, steps] = await Promise.all([
      setupFrame(sapa, request, 'channel'),
      findCard(sapa, words, id),
      accountSteps(sapa, words, account, { isSaved: true })
    ])
    const none = { cards: [], choices: [], form: null, probe: noProbe }
    return reply.page('setup/channel', {
      ...frame,
      ...none,
      finish: { card, steps, live: request.liveSince }
    })
  }
}
