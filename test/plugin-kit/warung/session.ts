import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type {
  AccountContext,
  ChannelSession,
  OutboundStep,
  RawItem,
  RawRequest,
  SapaContext,
  SendResult,
  WebhookVerdict
} from 'sapa/plugin-api'
import { api, type Call } from './api.ts'
import { fault } from './fault.ts'
import type { Item } from './parse.ts'

const cursors = new Map<string, string>()

export function openSession(sapa: SapaContext, account: AccountContext): ChannelSession {
  const { settings } = account
  let token = String(settings.token)
  const { ask, call } = api(sapa, account.fetch, () => token)
  if (fault === 'forgets a timer') setInterval(() => {}, 60_000).unref()

  /** A token that has run out is renewed once. */
  async function fresh<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const isRefused = (error as { failure?: unknown }).failure === 'auth'
      if (!isRefused || !settings.refresh || fault === 'cannot renew its token') throw error
      const renewed = await call('POST', '/tokens', { json: { refresh: settings.refresh } })
      token = String(renewed.token)
      settings.refresh = String(renewed.refresh)
      if (fault !== 'does not keep its token')
        await account.save({ token, refresh: settings.refresh })
      return work()
    }
  }
  const get = (path: string, signal: AbortSignal) => fresh(() => call('GET', path, { signal }))

  async function send(step: OutboundStep): Promise<SendResult> {
    const { signal, attachments, conversation } = step
    const [file] = attachments
    const upload = file && (await fresh(() => uploaded(file, signal)))
    const answers = conversation?.references.at(-1)
    const text = fault === 'eats markup' ? step.text.replaceAll(/<[^>]*>/g, '') : step.text
    const json = {
      ...{ to: step.to.value, text, ref: step.clientRef, file: upload?.id },
      ...(answers !== undefined && fault !== 'answers nothing' && { answers })
    }
    if (fault === 'keeps customers to itself') await sapa.values.set('last', step.to.value)
    if (fault === 'gives no ref') json.ref = randomUUID()
    if (fault !== 'does not tell its begin') await step.begin()
    const taken = await fresh(() => call('POST', '/messages', { signal, json }))
    return { remoteId: fault === 'returns no remote id' ? '' : String(taken.id), status: 'sent' }
  }

  async function uploaded(file: OutboundStep['attachments'][number], signal: AbortSignal) {
    const name = fault === 'loses names of files' ? 'file' : file.filename
    const path = `/files?name=${encodeURIComponent(name)}`
    const body = fault === 'reads whole files' ? gathered(file.open()) : file.open()
    return call('POST', path, { signal, body } satisfies Call)
  }

  async function read(path: string, signal: AbortSignal) {
    const page = await get(path, signal)
    const items = (page.items as Item[]).map(item => itemOf(account, item))
    return { ...page, items, cursor: String(page.next) }
  }

  const session: ChannelSession = {
    send,
    async typing({ to }, isTyping, signal) {
      const path = fault === 'types messages' ? '/messages' : '/typing'
      const stop = fault === 'types on for ever' ? new AbortController().signal : signal
      const json = { to: to.value, what: isTyping ? 'typing' : 'stopped' }
      await fresh(() => call('POST', path, { signal: stop, json }))
    },
    async markRead({ to, remoteId }, signal) {
      if (fault === 'keeps what was read to itself') return
      if (fault === 'stumbles over what was read') throw new TypeError('no id')
      const json = { to: to.value, what: 'read', id: remoteId }
      await fresh(() => call('POST', '/typing', { signal, json }))
    },
    async media(ref, signal) {
      const response = await fresh(() => ask('GET', `/files/${ref}`, { signal }))
      const size = Number(response.headers.get('content-length'))
      const type = response.headers.get('content-type')
      const stream = (response.body ?? []) as AsyncIterable<Uint8Array>
      return { stream, ...(size > 0 && { size }), ...(type !== null && { mime: type }) }
    },
    async findSent(clientRef, signal) {
      if (fault === 'gives no ref' || fault === 'finds nothing') return null
      const found = await get(`/sent?ref=${clientRef}`, signal)
      return typeof found.id === 'string' ? { remoteId: found.id } : null
    },
    async health(signal) {
      try {
        await get('/me', signal)
        return { isOk: true }
      } catch (error) {
        return { isOk: false, detail: error instanceof Error ? error.message : '' }
      }
    },
    async close() {
      if (fault === 'brings items after its end') setTimeout(() => late(account), 20)
    }
  }
  if (settings.line !== 'poll') return { ...session, webhook: request => receive(account, request) }
  return {
    ...session,
    async poll(given, signal) {
      const own = fault === 'keeps its place in memory'
      const cursor = own ? (cursors.get(account.webhookUrl) ?? given) : given
      const after = fault === 'forgets its place' && cursor !== null ? '0' : (cursor ?? '')
      const page = await read(`/updates?after=${after}`, signal)
      if (own) cursors.set(account.webhookUrl, page.cursor)
      const more = Boolean((page as { more?: unknown }).more)
      return { items: page.items, cursor: page.cursor, more }
    },
    async history(sinceAt, cursor, signal) {
      const page = await read(`/past?since=${sinceAt}&after=${cursor ?? ''}`, signal)
      const { done = 0, total = 0 } = page as { done?: number; total?: number }
      return {
        items: page.items,
        cursor: page.cursor,
        isDone: fault === 'never ends its history' ? false : done >= total,
        done,
        total
      }
    }
  }
}

function receive(account: AccountContext, { headers, body }: RawRequest): WebhookVerdict {
  if (fault !== 'checks no signature' && !isSigned(account, headers, body)) return { refuse: 401 }
  const text = Buffer.from(body).toString()
  const items = fault === 'falls over nonsense' ? (JSON.parse(text) as unknown) : readJson(text)
  if (fault === 'falls over nonsense')
    return { accept: (items as Item[]).map(item => itemOf(account, item)) }
  if (!Array.isArray(items)) return { accept: [] }
  if (fault === 'keeps a batch as one') return { accept: [{ key: text.slice(0, 200), body }] }
  return { accept: (items as Item[]).map(item => itemOf(account, item)) }
}

function isSigned(account: AccountContext, headers: Record<string, string>, body: Uint8Array) {
  const wanted = createHmac('sha256', String(account.settings.key)).update(body).digest()
  const given = Buffer.from(headers['x-warung-signature'] ?? '', 'hex')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** How often this line has seen an id. */
const copies = new WeakMap<AccountContext, Map<string, number>>()

function itemOf(account: AccountContext, item: Item): RawItem {
  const id = typeof item?.id === 'string' ? item.id : 'nothing'
  if (fault !== 'takes each copy for another') {
    return { key: id, body: Buffer.from(JSON.stringify(item)) }
  }
  const known = copies.get(account) ?? new Map<string, number>()
  copies.set(account, known.set(id, (known.get(id) ?? 0) + 1))
  const count = known.get(id) ?? 1
  const copy = count > 1 ? { ...item, id: `${id}-${count}` } : item
  return { key: copy.id, body: Buffer.from(JSON.stringify(copy)) }
}

function late(account: AccountContext): void {
  const item = { key: 'terlambat', body: Buffer.from('{}') }
  account.ingest([item]).catch(() => {})
}

/** As no channel should: the whole file at once. */
async function* gathered(stream: AsyncIterable<Uint8Array>) {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  yield Buffer.concat(parts)
}
