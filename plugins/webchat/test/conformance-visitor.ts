import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  KitAnswer,
  KitFile,
  KitMessage,
  KitPerson,
  KitPress,
  KitReceipt,
  KitRequest,
  KitTools,
  Sent
} from 'sapa/plugin-api/test'
import type { ChatMessage, History } from '../wire.ts'

export type Item =
  | { what: 'message'; message: KitMessage }
  | { what: 'receipt'; receipt: KitReceipt }
  | { what: 'press'; press: KitPress }
  | { what: 'broken'; id: string }

interface Visitor {
  account: number
  person: KitPerson
  token: string
  publicId: string
  /** Up to where their panel has looked. */
  seq: number
  delivered: number
  read: number
}

/** Browsers of visitors, as the README tells what a panel does: they repeat what was not taken. */
export class Visitors {
  readonly sent: Sent[] = []
  readonly remoteIds = new Map<string, string>()
  calls = 0
  readonly #kit: KitTools
  readonly #keys = new Map<number, string>()
  readonly #all = new Map<string, Visitor>()
  readonly #over = new AbortController()
  readonly #running: Promise<void>

  constructor(kit: KitTools) {
    this.#kit = kit
    this.#running = this.#run()
  }

  get tokens(): string[] {
    return [...this.#all.values()].map(({ token }) => token)
  }

  async stands(account: number, id: number): Promise<void> {
    const request = { method: 'GET' as const, path: `/p/webchat/widget?account=${id}&tab=install` }
    const { text, status } = await this.#kit.request({ ...request, isOwner: true })
    const [key] = /pub_[\w-]{10,}/.exec(text) ?? []
    if (!key) throw new Error(`the page of the widget answers ${status} without its key`)
    this.#keys.set(account, key)
  }

  publicId({ value }: KitPerson): string {
    const known = [...this.#all.values()].filter(({ person }) => person.value === value)
    return known.at(-1)?.publicId ?? ''
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.#running
  }

  /** Throws when a good item is not taken; answers how many were refused. */
  async bring(items: Item[], account: number): Promise<number> {
    let refused = 0
    for (const item of items) {
      if (item.what === 'message') await this.#write(item.message, account)
      else if (item.what === 'press') await this.#press(item.press, account)
      else if (item.what === 'receipt') await this.#mark(item.receipt, account)
      else refused += await this.#break(account)
    }
    return refused
  }

  /** What has come since, for all who have written. */
  async look(): Promise<void> {
    for (const visitor of [...this.#all.values()]) await this.#lookAs(visitor).catch(() => {})
  }

  async talkNonsense(): Promise<void> {
    const visitor = this.#visitor({ kind: 'external', value: 'iseng', name: 'Iseng' }, 1)
    for (const body of ['', '{', '[]', 'null', '"halo"', '0', '{"text":7}', '\u0000\ufffd']) {
      for (const path of ['POST messages', 'PUT reading', 'POST typing']) {
        const { status } = await this.#ask(visitor, path, body)
        if (status >= 500) throw new Error(`${path} with ${JSON.stringify(body)}: ${status}`)
      }
    }
  }

  #visitor(person: KitPerson, account: number): Visitor {
    const name = `${account} ${person.value}`
    const known = this.#all.get(name)
    if (known) return known
    const token = randomBytes(32).toString('base64url')
    const made = { account, person, token, publicId: '', seq: 0, delivered: 0, read: 0 }
    this.#all.set(name, made)
    return made
  }

  async #write(message: KitMessage, account: number): Promise<void> {
    const visitor = this.#visitor(message.from, account)
    const clientId = uuidOf(message.id)
    const files = []
    for (const file of message.files) files.push(await this.#put(visitor, file))
    if (visitor.publicId === '') await this.#introduce(visitor)
    const body = JSON.stringify({ clientId, text: message.text, files })
    const { status } = await this.#ask(visitor, 'POST messages', body)
    if (status !== 202) throw new Error(`a message was answered with ${status}`)
    if (visitor.publicId === '') await this.#lookAs(visitor)
    this.remoteIds.set(message.id, `m:${visitor.publicId}:${clientId}`)
  }

  async #introduce(visitor: Visitor): Promise<void> {
    const body = JSON.stringify({ name: visitor.person.name })
    const { status, text } = await this.#ask(visitor, 'PUT profile', body)
    if (status >= 300) throw new Error(`a name was answered with ${status} ${text}`)
  }

  async #put(visitor: Visitor, { filename, bytes }: KitFile): Promise<string> {
    const id = randomUUID()
    const answer = await this.#ask(visitor, `PUT files/${id}`, bytes, {
      ...{ 'content-type': 'application/octet-stream', 'x-filename': encodeURIComponent(filename) }
    })
    if (answer.status !== 201) throw new Error(`a file was answered with ${answer.status}`)
    return id
  }

  async #press({ id, from, of, title }: KitPress, account: number): Promise<void> {
    const visitor = this.#visitor(from, account)
    const seq = Number(of.slice(2))
    const { json } = await this.#ask(visitor, `GET messages?after=${seq - 1}`)
    const [message] = (json as unknown as History).messages
    const index = message?.choices?.findIndex(choice => choice.title === title) ?? -1
    const choice = { of: seq, index }
    const body = JSON.stringify({ clientId: uuidOf(id), text: title, files: [], choice })
    const { status } = await this.#ask(visitor, 'POST messages', body)
    if (status !== 202) throw new Error(`a button was answered with ${status}`)
  }

  async #mark({ of, to, status }: KitReceipt, account: number): Promise<void> {
    const value = { kind: 'external' as const, value: to, name: to }
    const visitor = this.#visitor(value, account)
    // Of a message that is none of theirs a panel can say nothing.
    const seq = Number(/^a:(\d+)$/.exec(of)?.[1] ?? 0)
    visitor.delivered = Math.max(visitor.delivered, seq)
    if (status === 'read') visitor.read = Math.max(visitor.read, seq)
    const { delivered, read } = visitor
    const answer = await this.#ask(visitor, 'PUT reading', JSON.stringify({ delivered, read }))
    if (answer.status !== 204) throw new Error(`a mark was answered with ${answer.status}`)
  }

  async #break(account: number): Promise<number> {
    const visitor = this.#visitor({ kind: 'external', value: 'rusak', name: 'Rusak' }, account)
    const { status } = await this.#ask(visitor, 'POST messages', '{"clientId":"rusak","text":"a"}')
    return status === 400 ? 1 : 0
  }

  async #lookAs(visitor: Visitor): Promise<void> {
    const { json } = await this.#ask(visitor, `GET messages?after=${visitor.seq}`)
    const history = json as unknown as History | null
    if (!history?.visitor) return
    visitor.publicId = history.visitor
    for (const message of history.messages) {
      if (message.seq <= visitor.seq) continue
      visitor.seq = message.seq
      if (message.from !== 'visitor') this.sent.push(sentOf(visitor, message))
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      await this.look()
      await pause(40, undefined, { signal }).catch(() => undefined)
    }
  }

  async #ask(
    { account, token }: Pick<Visitor, 'account' | 'token'>,
    what: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {}
  ): Promise<KitAnswer> {
    this.calls += 1
    const [method = 'GET', path = ''] = what.split(' ')
    return this.#kit.request({
      ...{
        method: method as KitRequest['method'],
        path: `/chat/${this.#keys.get(account)}/${path}`
      },
      headers: {
        ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...headers
      },
      ...(body !== undefined && { body })
    })
  }
}

function sentOf({ person }: Visitor, { seq, text, files }: ChatMessage): Sent {
  const named = files.map(({ name: filename, size }) => ({ filename, size }))
  return { remoteId: `a:${seq}`, to: person.value, text, files: named }
}

function uuidOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex')
  return [0, 8, 12, 16, 20].map((from, at) => hex.slice(from, [8, 12, 16, 20, 32][at])).join('-')
}
