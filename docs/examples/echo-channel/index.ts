import type { ChannelCapabilities, InboundEvent, RawItem, SapaPlugin } from 'sapa/plugin-api'

/** A whole channel in one file: it asks for news, sends one request an answer. Run `echo.js` beside it. */
export default {
  setup(sapa) {
    /** Every failure becomes a word by which Sapa knows what to do next. */
    async function ask(fetch: typeof sapa.fetch, url: string, signal: AbortSignal, body?: object) {
      const options = { signal, ...(body && { method: 'POST', body: JSON.stringify(body) }) }
      const response = await fetch(url, options).catch((error: { code?: string }) => {
        const isUnsent = error.code === 'ECONNREFUSED'
        throw sapa.failure(isUnsent ? 'temporary' : 'unknown_outcome', `No answer: ${error.code}`)
      })
      const { status, headers } = response
      const wait = headers.get('retry-after') ?? '30'
      const waitMs = /^\d+$/.test(wait) ? Number(wait) * 1000 : Date.parse(wait) - Date.now()
      const say = `The provider answered ${status}`
      if (status === 429) throw sapa.failure('rate_limited', say, { retryAfterMs: waitMs })
      if (status === 401 || status === 403) throw sapa.failure('auth', say)
      if (status === 408 || status >= 500) throw sapa.failure('temporary', say)
      if (status >= 400) throw sapa.failure('permanent', say)
      return (await response.json().catch(() => {
        throw sapa.failure('unknown_outcome', 'The answer makes no sense')
      })) as { id: string; items: { id: string }[]; next: string; more: boolean }
    }

    sapa.channel({
      type: 'echo',
      label: { en: 'Echo', id: 'Gema' },
      icon: 'message-square',
      colorLight: '#0369a1',
      colorDark: '#7dd3fc',
      identityKinds: ['external'],
      settings: { server: { type: 'url', label: { en: 'Server', id: 'Server' }, required: true } },
      capabilities: () => capabilities,
      probe: async ({ server }, signal) => {
        const asked = ask(sapa.fetch, `${String(server)}/updates`, signal)
        return { isOk: await asked.then(Boolean, () => false), externalId: String(server) }
      },
      parse,
      open: async ({ settings, fetch, state }) => {
        state('connected')
        return {
          async poll(cursor, signal) {
            const url = `${String(settings.server)}/updates?after=${cursor ?? ''}`
            const { items, next, more } = await ask(fetch, url, signal)
            const encode = (item: object) => new TextEncoder().encode(JSON.stringify(item))
            return { items: items.map(i => ({ key: i.id, body: encode(i) })), cursor: next, more }
          },
          async send({ to, text, clientRef, signal }) {
            const message = { to: to.value, text, ref: clientRef }
            const { id } = await ask(fetch, `${String(settings.server)}/messages`, signal, message)
            return { remoteId: id, status: 'sent' }
          },
          close: async () => {}
        }
      }
    })
  }
} satisfies SapaPlugin

/** Pure. A throw sets the item aside, and loses nothing. */
function parse({ key, body }: RawItem): InboundEvent[] {
  const item = JSON.parse(new TextDecoder().decode(body)) as Record<string, string>
  const { from, text, type, name = 'Gema' } = item
  if (!from || !item.at) throw new Error('The item has no sender or no time')
  const sender = { kind: 'external' as const, namespace: 'echo', value: from, name, verified: true }
  const base = { key, at: Number(item.at), remoteId: key, from: [sender], threadKey: from }
  if (type !== 'text') return [{ type: 'unsupported', ...base, what: type ?? 'unknown' }]
  return [{ type: 'message', ...base, text: text ?? '' }]
}

const capabilities: ChannelCapabilities = {
  text: { maxLength: 1000, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 0, maxBytes: 0, withText: false },
  startsBy: [],
  sendsNotices: false,
  receipts: { delivered: false, read: false },
  isIdempotent: true,
  rate: { perMinute: 600, parallel: 4 },
  undoSeconds: 5
}
