import type { AccountContext } from '../../server/plugin-api/account.ts'
import type {
  ChannelCapabilities,
  ChannelDefinition,
  ChannelSession,
  PollResult
} from '../../server/plugin-api/channel.ts'
import type {
  ChannelFailure,
  FailureDetail,
  FailureKind,
  OutboundStep,
  SendResult
} from '../../server/plugin-api/outbound.ts'

export const failure = (kind: FailureKind, text: string, detail: FailureDetail = {}) =>
  Object.assign(new Error(text), { failure: kind, detail }) as ChannelFailure

export const mailLike: ChannelCapabilities = {
  text: { maxLength: 1_000_000, format: 'html' },
  hasSubject: true,
  hasCopies: true,
  attachments: { perStep: 20, maxBytes: 20_000_000, withText: true },
  startsBy: ['email'],
  sendsNotices: true,
  receipts: { delivered: false, read: false },
  isIdempotent: false,
  rate: { perMinute: 6000, parallel: 4 },
  undoSeconds: 10
}

export const chatLike: ChannelCapabilities = {
  ...mailLike,
  text: { maxLength: 100, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 1, maxBytes: 1_000_000, withText: false },
  startsBy: [],
  sendsNotices: false,
  undoSeconds: 5
}

export interface Sent {
  account: number
  step: OutboundStep
}

/** A provider in this process: does what the test tells it, and remembers what it was asked. */
export class Provider {
  capabilities: ChannelCapabilities
  opened: AccountContext[] = []
  closed = 0
  /** Accounts that were left. */
  left: number[] = []
  sent: Sent[] = []
  polls: (string | null)[] = []
  onOpen: (context: AccountContext) => Promise<void> = () => Promise.resolve()
  onLeave: (context: AccountContext) => Promise<void> = () => Promise.resolve()
  /** Default: waits for the end, as a long poll without news. */
  onPoll: ((cursor: string | null, account: number) => Promise<PollResult | null>) | null = null
  onSend: (step: OutboundStep, account: number) => Promise<Partial<SendResult> | void> = () =>
    Promise.resolve()
  findSent: ChannelSession['findSent'] | null = null
  templates: ChannelSession['templates'] | null = null

  constructor(capabilities: ChannelCapabilities = mailLike) {
    this.capabilities = structuredClone(capabilities)
  }

  channel(type = 'surat'): ChannelDefinition {
    return {
      type,
      label: { en: 'Letter', id: 'Surat' },
      icon: 'mail',
      colorLight: '#000',
      colorDark: '#fff',
      identityKinds: ['email'],
      settings: {
        host: { type: 'text', label: { en: 'Server', id: 'Server' }, required: true },
        folder: { type: 'text', label: { en: 'Folder', id: 'Folder' } },
        password: {
          type: 'secret',
          label: { en: 'Password', id: 'Kata sandi' },
          required: true,
          boundTo: ['host']
        }
      },
      capabilities: () => this.capabilities,
      parse: () => [],
      open: context => this.#open(context),
      leave: context => {
        this.left.push(context.facts.id)
        return this.onLeave(context)
      }
    }
  }

  async #open(context: AccountContext): Promise<ChannelSession> {
    this.opened.push(context)
    await this.onOpen(context)
    const session: ChannelSession = {
      send: step => this.#send(step, context.facts.id),
      close: async () => void (this.closed += 1)
    }
    if (this.findSent) session.findSent = this.findSent
    if (this.templates) session.templates = this.templates
    if (this.onPoll) {
      session.poll = async (cursor, signal) => {
        this.polls.push(cursor)
        const result = await this.onPoll?.(cursor, context.facts.id)
        return result ?? ended(signal, cursor ?? '')
      }
    }
    return session
  }

  async #send(step: OutboundStep, account: number): Promise<SendResult> {
    this.sent.push({ account, step })
    const result = await this.onSend(step, account)
    return { remoteId: `<${step.clientRef}@toko.example>`, status: 'sent', ...result }
  }
}

function ended(signal: AbortSignal, cursor: string): Promise<PollResult> {
  const nothing = { items: [], cursor, more: false }
  return new Promise(resolve => {
    if (signal.aborted) resolve(nothing)
    else signal.addEventListener('abort', () => resolve(nothing), { once: true })
  })
}
