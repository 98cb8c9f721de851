import { createAccount } from '../channel/account/create.ts'
import { accountContext } from '../channel/line/context.ts'
import { outboundStep } from '../channel/outbox/request.ts'
import type { Account, OutboxStepRow } from '../channel/table.ts'
import { sendReply, type Reply } from '../conversation/reply/send.ts'
import type { Message } from '../conversation/table.ts'
import type { AccountContext } from '../plugin-api/account.ts'
import type {
  ChannelCapabilities,
  ChannelDefinition,
  ChannelSession
} from '../plugin-api/channel.ts'
import type { OutboundStep } from '../plugin-api/outbound.ts'
import type { Sapa } from '../sapa.ts'
import { expect, until } from './check.ts'
import type { Installation } from './installation.ts'
import type { ChannelSpec, KitMessage, KitPerson, Provider } from './spec.ts'
import type { KitTiming } from './timing.ts'

/** What one case has at hand: a Sapa with the plugin, the provider's stand-in, customers, an agent. */
export class World {
  readonly spec: ChannelSpec
  readonly provider: Provider
  readonly timing: KitTiming
  readonly installation: Installation
  readonly accounts: Account[] = []
  /** How long to wait for what should come, milliseconds. */
  readonly soonMs: number
  #ids = 0
  #agent = 0

  constructor(
    parts: Pick<World, 'spec' | 'provider' | 'timing' | 'installation'> & {
      soonMs: number | undefined
    }
  ) {
    this.spec = parts.spec
    this.provider = parts.provider
    this.timing = parts.timing
    this.installation = parts.installation
    this.soonMs = parts.soonMs ?? 20_000
  }

  get sapa(): Sapa {
    return this.installation.running.sapa
  }

  get definition(): ChannelDefinition {
    const definition = this.sapa.channels.get(this.spec.channel)
    expect(definition, `the plugin registers no channel ${this.spec.channel}`)
    return definition
  }

  get capabilities(): ChannelCapabilities {
    return this.definition.capabilities(this.provider.form(1))
  }

  get account(): Account {
    const [account] = this.accounts
    expect(account, 'no account is connected')
    return account
  }

  get isPolled(): boolean {
    return this.provider.arrive !== undefined && this.provider.webhook === undefined
  }

  /** A program calls the plugin by itself, and the channel turns to nobody. */
  get isProgram(): boolean {
    return this.provider.webhook?.path !== undefined || this.isOwnProvider
  }

  /** The channel keeps its messages itself, and people come to it. */
  get isOwnProvider(): boolean {
    return this.provider.visit !== undefined
  }

  /** Values that must never be seen again. */
  get secrets(): string[] {
    const { settings } = this.definition
    const values = [1, 2].flatMap(number => {
      const form = this.provider.form(number)
      return Object.keys(settings).map(name =>
        settings[name]?.type === 'secret' ? form[name] : ''
      )
    })
    return [...values, ...(this.provider.secrets?.() ?? [])]
      .filter(value => typeof value === 'string')
      .filter(value => value.length >= 4)
  }

  /** Connects account 1, 2, … of the spec. */
  async connect(externalId?: string): Promise<Account> {
    const number = this.accounts.length + 1
    const { sapa, provider, spec, timing } = this
    const address = provider.address?.(number)
    const input = {
      type: spec.channel,
      name: `Akun ${number}`,
      form: provider.form(number),
      ...(address !== undefined && { address }),
      ...(externalId !== undefined && { externalId })
    }
    const account = await createAccount(sapa.db, sapa, input, timing.now())
    this.accounts.push(account)
    return account
  }

  /** Connects an account, starts the background work and waits until the line stands. */
  async open(count = 1): Promise<this> {
    for (let number = 1; number <= count; number++) await this.connect()
    await this.installation.work()
    await this.connected()
    return this
  }

  /** The lines of all accounts stand; one that polls has read everything that was there before. */
  async connected(): Promise<void> {
    for (const [index, account] of this.accounts.entries()) {
      const stands = async () => {
        const { state, cursor } = await this.row(account)
        return state === 'connected' && (!this.isPolled || cursor !== null)
      }
      let nudges = 1
      const between = (waited: number) => {
        if (this.isPolled && waited > 100 * nudges && nudges++) this.timing.forward(5_000)
      }
      await until('the account connects', stands, { between })
      await this.provider.stands?.(index + 1, account.id)
    }
  }

  async restart(): Promise<void> {
    await this.installation.restart()
    await this.installation.work()
    await this.connected()
  }

  row(account: Account): Promise<Account> {
    return this.sapa.db
      .selectFrom('account')
      .selectAll()
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow()
  }

  session(account = this.account): ChannelSession {
    const session = this.sapa.supervisor.session(account.id)
    expect(session, 'the account has no session')
    return session
  }

  /** A session outside of the supervisor. `signal` ends what the account's context allows. */
  async direct(signal: AbortSignal, more: Partial<AccountContext> = {}): Promise<ChannelSession> {
    const { db, secrets, log, blobs, config, fetcher, typing, words, channels } = this.sapa
    const linkTo = (token: string) => `${config.publicUrl}/files/${token}`
    const tools = {
      ...{ db, secrets, log, blobs, typing, words, channels, linkTo },
      ...{ timing: this.timing, random: Math.random }
    }
    const context = await accountContext(
      { ...tools, publicUrl: config.publicUrl, fetch: fetcher.fetch },
      this.definition,
      this.account,
      { signal, state: () => {}, saved: () => {} }
    )
    return this.definition.open({ ...context, ...more })
  }

  person(number = 1): KitPerson {
    const kind = this.provider.people ?? this.definition.identityKinds[0] ?? 'external'
    const value = {
      email: `budi${number}@pelanggan.example`,
      phone: `+62812345${String(60_000 + number)}`,
      external: `pelanggan-${number}`
    }
    return { kind, value: value[kind], name: `Budi ${number}` }
  }

  message(text = 'Faktur belum diterima', more: Partial<KitMessage> = {}): KitMessage {
    const id = `masuk-${++this.#ids}`
    const at = Math.floor(Date.now() / 1000) * 1000
    return { id, from: this.person(), text, at, files: [], ...more }
  }

  remoteId(message: Pick<KitMessage, 'id'>): string {
    return this.provider.inbound.remoteId?.(message.id) ?? message.id
  }

  async agent(): Promise<number> {
    if (this.#agent) return this.#agent
    const row = { email: 'sari@toko.example', name: 'Sari', role: 'owner' as const, created_at: 1 }
    const { id } = await this.sapa.db
      .insertInto('agent')
      .values(row)
      .returning('id')
      .executeTakeFirstOrThrow()
    this.#agent = id
    return id
  }

  /** An agent's answer, which leaves at once. */
  async reply(
    conversationId: number,
    text: string,
    attachments: string[] = [],
    undoSeconds = 0
  ): Promise<Message> {
    return this.say(conversationId, { text, attachments, undoSeconds })
  }

  /** The same with whatever a reply can have. */
  async say(conversationId: number, said: Partial<Reply> & { text: string }): Promise<Message> {
    const reply = { undoSeconds: 0, ...said, conversationId, agentId: await this.agent() }
    return sendReply(this.sapa.db, reply, this.timing.now())
  }

  steps(messageId: number): Promise<OutboxStepRow[]> {
    return this.sapa.db
      .selectFrom('outbox')
      .selectAll()
      .where('message_id', '=', messageId)
      .orderBy('step_index')
      .execute()
  }

  /** The request of a queued step, as the dispatcher would make it. */
  async request(messageId: number, signal: AbortSignal): Promise<OutboundStep> {
    const [row] = await this.steps(messageId)
    expect(row, 'the reply has no step')
    const { db, blobs } = this.sapa
    return outboundStep(db, blobs, row, { cut: signal, ending: signal }, this.timing.now)
  }
}
