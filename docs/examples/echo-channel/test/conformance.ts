import type { ChannelSpec, KitMessage, Sent } from 'sapa/plugin-api/test'

/** Plays the provider for `sapa plugin test`. */
export default {
  channel: 'echo',
  async start(kit) {
    const sent: Sent[] = []
    const queues: unknown[][] = [[], []]
    const server = await kit.http(({ method, path, query, json }) => {
      const [, account, what] = path.split('/')
      const queue = queues[Number(account) - 1] ?? []
      if (method === 'GET' && what === 'updates') {
        // Only what is new: an account that was just connected asks without a place.
        const from = query.after ? Number(query.after) : queue.length
        return { json: { items: queue.slice(from), next: String(queue.length), more: false } }
      }
      if (what !== 'messages' || !json) return { status: 404 }
      const known = sent.find(one => one.clientRef === json.ref)
      if (known) return { json: { id: known.remoteId } }
      const one = { to: String(json.to), text: String(json.text), clientRef: String(json.ref) }
      sent.push({ remoteId: `out-${sent.length + 1}`, ...one })
      return { json: { id: `out-${sent.length}` } }
    })
    const message = ({ id, from, text, at }: KitMessage) => ({
      ...{ type: 'text', id, from: from.value, name: from.name, text, at }
    })
    return {
      ...server,
      form: account => ({ server: `${server.url}/${account}` }),
      sent: () => sent,
      inbound: {
        message,
        unsupported: given => ({ ...message(given), type: 'sticker' }),
        broken: id => ({ type: 'text', id })
      },
      arrive: (items, account) => void queues[account - 1]?.push(...items)
    }
  }
} satisfies ChannelSpec
