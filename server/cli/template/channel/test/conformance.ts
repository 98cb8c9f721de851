import type { ChannelSpec, KitMessage, Sent } from 'sapa/plugin-api/test'

/** Plays the provider, so that `sapa plugin test` can run the channel through Sapa's cases. */
export default {
  channel: 'my-channel',
  async start(kit) {
    const sent: Sent[] = []
    const server = await kit.http(({ method, path, headers, json }) => {
      if (!headers.authorization?.startsWith('Bearer token-')) return { status: 401 }
      if (path === '/me') return { json: { id: headers.authorization.at(-1), name: 'My shop' } }
      if (method !== 'POST' || path !== '/messages' || !json) return { status: 404 }
      // The same `ref` is the same message, however often it comes.
      const known = sent.find(one => one.clientRef === json.ref)
      if (known) return { json: { id: known.remoteId } }
      const one = { to: String(json.to), text: String(json.text), clientRef: String(json.ref) }
      sent.push({ remoteId: `out-${sent.length + 1}`, ...one })
      return { json: { id: `out-${sent.length}` } }
    })
    const message = ({ id, from, text, at }: KitMessage) => ({
      ...{ type: 'message', id, from: from.value, name: from.name, text, at }
    })
    return {
      ...server,
      form: account => ({ server: server.url, token: `token-${account}`, key: 'the-right-key' }),
      sent: () => sent,
      inbound: {
        message,
        receipt: ({ id, of, status, at, reason }) => ({
          ...{ type: 'receipt', id, of, status, at, ...(reason !== undefined && { reason }) }
        }),
        unsupported: given => ({ ...message(given), type: 'sticker' }),
        broken: id => ({ type: 'message', id })
      },
      webhook: {
        headers: body => ({ 'x-signature': kit.hmac('sha256', 'the-right-key', body) }),
        signature: 'x-signature'
      }
    }
  }
} satisfies ChannelSpec
