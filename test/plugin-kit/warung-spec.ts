import type { ChannelSpec, KitMessage, KitTold, Sent } from 'sapa/plugin-api/test'
import type { Item } from './warung/parse.ts'

/** The provider of the tests' channel; `line` says how its messages come in. */
export const warungSpec = (line: 'webhook' | 'poll'): ChannelSpec => ({
  channel: 'warung',
  async start(kit) {
    const sent: Sent[] = []
    const told: KitTold[] = []
    const queues: Item[][] = [[], []]
    const past: Item[][] = [[], []]
    const files = new Map<string, { bytes: Uint8Array; mime: string }>()
    const used = new Set<string>()
    let age = 1

    const server = await kit.http(
      request => {
        const { method, path, query, headers, json } = request
        const [, token = '', shop = '1'] =
          /^Bearer (token-\d+)-(\d)$/.exec(headers.authorization ?? '') ?? []
        const number = Number(shop) - 1
        if (path === '/tokens') {
          const renewed = new RegExp(`^refresh-${age - 1}-(\\d)$`).exec(textOf(json?.refresh))
          const owner = renewed?.[1]
          if (owner === undefined || used.has(renewed?.[0] ?? '')) return { status: 401 }
          used.add(renewed?.[0] ?? '')
          return { json: { token: `token-${age}-${owner}`, refresh: `refresh-${age}-${owner}` } }
        }
        if (token !== `token-${age}`) return { status: 401 }
        if (path === '/me') return { json: { name: 'Warung Bu Tini' } }
        if (path === '/updates') return { json: page(queues[number] ?? [], query.after ?? '') }
        if (path === '/past') return { json: page(past[number] ?? [], query.after || '0') }
        if (path === '/sent') {
          return { json: { id: sent.find(one => one.clientRef === query.ref)?.remoteId ?? null } }
        }
        if (path === '/files') {
          files.set(`unggah-${files.size}`, { bytes: Buffer.alloc(0), mime: String(request.size) })
          return { json: { id: `unggah-${files.size - 1}:${query.name}:${request.size}` } }
        }
        if (path === '/typing' && json) {
          const what = textOf(json.what) as KitTold['what']
          const id = textOf(json.id)
          told.push({ what, to: textOf(json.to), ...(id !== '' && { remoteId: id }) })
          return { json: {} }
        }
        const file = files.get(path.slice('/files/'.length))
        if (method === 'GET' && file) {
          return { body: file.bytes, headers: { 'content-type': file.mime } }
        }
        if (path !== '/messages' || !json) return { status: 404 }
        return { json: { id: take(json).remoteId } }
      },
      { as: 'https://api.warung.example', isSend: ({ path }) => path === '/messages' }
    )

    /** Folds repeats of a ref. */
    function take(json: Record<string, unknown>): Sent {
      const known = sent.find(one => one.clientRef === json.ref)
      if (known) return known
      const [, filename, size] = textOf(json.file).split(':')
      const one = {
        ...{ remoteId: `keluar-${sent.length + 1}`, to: textOf(json.to), text: textOf(json.text) },
        ...{ clientRef: textOf(json.ref) },
        ...(json.answers !== undefined && { answers: textOf(json.answers) }),
        ...(filename !== undefined && { files: [{ filename, size: Number(size) }] })
      }
      sent.push(one)
      return one
    }

    const message = ({ id, from, text, at, files: carried, answers }: KitMessage): Item => ({
      ...{ type: 'message', id, phone: from.value, user: `u${from.value}`, name: from.name },
      ...{ text, at, ...(answers !== undefined && { answers }) },
      files: carried.map(({ filename, kind, mime, bytes }) => {
        files.set(`berkas-${files.size}`, { bytes, mime })
        return {
          ...{ id: `berkas-${files.size - 1}`, name: filename, kind, mime },
          size: bytes.byteLength
        }
      })
    })
    return {
      ...server,
      form: number => ({
        ...{ shop: `toko-${number}`, line, token: `token-1-${number}` },
        ...{ refresh: `refresh-1-${number}`, key: 'kunci-rahasia' }
      }),
      sent: () => sent,
      told: () => told,
      rotate: () => void (age += 1),
      inbound: {
        message,
        receipt: ({ id, of, status, at, reason }) => ({
          ...{ type: 'receipt', id, of, status, at, ...(reason !== undefined && { reason }) }
        }),
        echo: ({ id, to, text, at }) => ({
          ...{ type: 'echo', id, text, at },
          ...{ phone: to.value, user: `u${to.value}`, name: to.name }
        }),
        edit: ({ id, of, text, at }) => ({ type: 'edit', id, of, text, at }),
        deletion: ({ id, of, at }) => ({ type: 'deletion', id, of, at }),
        reaction: ({ id, of, from, emoji, at }) => ({
          ...{ type: 'reaction', id, of, emoji, at },
          ...{ phone: from.value, user: `u${from.value}` }
        }),
        album: given => given.map(one => ({ ...message(one), album: given[0]?.id })),
        unsupported: given => ({ ...message(given), type: 'poll_creation' }),
        broken: id => ({ type: 'message', id }),
        files: ['image', 'file', 'voice'],
        hasAnswers: true,
        ...(line === 'poll' && { past: given => void past[0]?.push(message(given)) })
      },
      ...(line === 'poll'
        ? { arrive: (items, number) => void queues[number - 1]?.push(...(items as Item[])) }
        : {
            webhook: {
              headers: body => ({
                'x-warung-signature': kit.hmac('sha256', 'kunci-rahasia', body)
              }),
              signature: 'x-warung-signature'
            }
          })
    }
  }
})

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** 20 at a time; without a place only the newest end is told. */
function page(all: Item[], after: string) {
  const start = after === '' ? all.length : Number(after)
  const items = all.slice(start, start + 20)
  const next = start + items.length
  return { items, next: String(next), more: next < all.length, done: next, total: all.length }
}
