import type {
  ChatEvent,
  ChatFile,
  ChatMessage,
  FromLoader,
  History,
  NewMessage,
  Proof
} from '../../wire.ts'
import { Api, newId, newToken, Refusal, unreachable } from './api.ts'
import { isAlone, tell } from './bridge.ts'
import { Connection } from './connection.ts'
import { Said } from './history.ts'
import type { Line } from './line.ts'
import { Outbox } from './outbox.ts'
import { later } from './more.ts'
import { backoff } from './pause.ts'
import { Person } from './person.ts'
import { read, recall, removeAll, write } from './storage.ts'
import type { Typist } from './typist.ts'

type Page = { url: string; title: string }

/** The conversation of this browser, apart from how it is drawn. */
export class Chat {
  api = new Api(newToken())
  said = new Said()
  person: Person
  outbox: Outbox
  state: History['state'] | null = null
  /** Sapa knows the token. */
  isKnown = false
  isOpen = false
  isEnded = false
  /** Rises when somebody else may sit here: nothing that was typed stays. */
  persons = 0
  connection = new Connection(() => this.changed())
  isSlowed = false
  /** Comes with what is drawn for those who have written. */
  typist: Typist | null = null
  changed: () => void = () => {}

  #line: Line | null = null
  #page: Page | undefined
  /** Whose history it is: a sign-in can lead to another one. */
  #visitor: string | null = null
  #marks = ''
  #failures = 0
  #isDoubted = false

  constructor() {
    this.person = new Person(this.api, {
      report: code => tell({ sapa: 'error', code }),
      renew: () => this.forget(),
      turned: () => this.#turn()
    })
    this.outbox = new Outbox({
      api: this.api,
      changed: () => this.changed(),
      prepare: () => this.person.beforeFirst(this.isKnown),
      sent: message => {
        this.isSlowed = false
        this.said.add(message)
        this.#becomeKnown()
        this.#line?.wake()
        this.changed()
      },
      refused: refusal => this.#refused(refusal)
    })
    addEventListener('online', () => this.wake())
    addEventListener('offline', () => this.connection.is(false))
    addEventListener('focus', () => this.#mark())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.wake()
    })
  }

  /** The page around says who is here; again when another tab has begun a chat. */
  async begin({
    token,
    isOpen,
    kept,
    page
  }: Extract<FromLoader, { sapa: 'begin' }>): Promise<void> {
    this.isOpen = isOpen
    this.#page = page
    recall(kept)
    this.outbox.recall()
    if (token && token !== this.api.token) this.#take(token)
    if (token || isOpen) this.person.prove()
    await this.load()
    this.outbox.flush()
  }

  async load(): Promise<void> {
    try {
      await this.api.turning
      const { token } = this.api
      const history = await this.api.call<History>('GET', 'messages')
      if (token !== this.api.token) return
      this.said.hasOlder = history.hasOlder
      this.#adopt(history)
      this.connection.is(true)
      this.#failures = 0
    } catch (error) {
      const refusal = error instanceof Refusal ? error : unreachable
      if (refusal.status === 410 && this.#isDoubted) return this.#ended()
      this.#refused(refusal)
      if (!refusal.isPassing) return
      setTimeout(() => void this.load(), Math.max(refusal.retryAfterMs, backoff(this.#failures++)))
    }
  }

  async loadOlder(): Promise<void> {
    const history = await this.api.call<History>('GET', `messages?before=${this.said.firstSeq}`)
    this.said.hasOlder = history.hasOlder
    for (const message of history.messages) this.said.add(message)
    this.changed()
  }

  send(text: string, files: ChatFile[], choice?: NewMessage['choice']): void {
    this.#keepToken()
    this.outbox.add({
      message: {
        ...{ clientId: newId(), text, files: files.map(({ id }) => id) },
        ...(choice && { choice }),
        ...(this.#page && { page: this.#page })
      },
      ...{ files, at: Date.now() }
    })
    this.typist?.sent()
  }

  open(): void {
    this.isOpen = true
    this.person.prove()
    // Without a stream, news are asked for when somebody looks.
    if (this.state?.isFormOnly) void this.load()
    this.#mark()
    this.changed()
  }

  identify(proof: Proof): void {
    this.person.identify(proof)
    if (this.isOpen || this.isKnown) this.person.prove()
  }

  turnPage(page: Page): void {
    this.#page = page
  }

  /** The network is back, or somebody looks again. */
  wake(): void {
    this.#line?.wake()
    this.outbox.flush()
    this.#mark()
  }

  async end(): Promise<void> {
    if (this.isKnown) await this.api.call('DELETE', 'visitor').catch(() => undefined)
    this.#ended()
  }

  /** Somebody signs out of the site, or begins anew. */
  forget(): void {
    this.#ended()
    this.#take(newToken())
    this.isEnded = false
  }

  #ended(): void {
    this.persons += 1
    this.said.clear()
    removeAll()
    tell({ sapa: 'token', token: null })
    tell({ sapa: 'unread', count: 0 })
    this.#hangUp()
    this.outbox.recall()
    this.isEnded = true
    this.changed()
  }

  #take(token: string): void {
    this.#hangUp()
    this.api.token = token
    this.said.clear()
    this.#visitor = null
    this.isKnown = false
  }

  /** A sign-in has brought another token. */
  #turn(): void {
    this.#keepToken()
    this.#hangUp()
    void this.load()
  }

  #adopt(history: History): void {
    this.#isDoubted = false
    if (this.#visitor && history.visitor !== this.#visitor) this.said.clear()
    this.#visitor = history.visitor
    this.said.take(history)
    this.state = history.state
    if (history.visitor) this.#becomeKnown()
    for (const { clientId } of history.messages) if (clientId) this.outbox.drop(clientId)
    this.#mark()
    this.changed()
  }

  #keepToken(): void {
    tell({ sapa: 'token', token: this.api.token })
    if (isAlone) write('token', this.api.token)
  }

  #becomeKnown(): void {
    if (!this.isKnown) {
      this.isKnown = true
      this.person.known()
    }
    void this.#listen()
  }

  async #listen(): Promise<void> {
    if (this.#line || this.state?.isFormOnly) return
    const { Line } = await later()
    if (this.#line || !this.isKnown) return
    this.#line = new Line({
      api: this.api,
      after: () => this.said.heardSeq,
      event: (event, isOwn) => this.#hear(event, isOwn),
      poll: async () =>
        this.#adopt(await this.api.call('GET', `messages?after=${this.said.heardSeq}`)),
      connected: isSo => this.connection.is(isSo),
      refused: refusal => this.#refused(refusal)
    })
  }

  #hear(event: ChatEvent, isOwn: boolean): void {
    if (event.type === 'message') this.#hearMessage(event.message, isOwn)
    else if (event.type === 'read') this.said.markRead(event.seq)
    else if (event.type === 'mailed') this.said.markMailed(event.seqs)
    else if (event.type === 'typing') this.typist?.hear(event)
    else if (event.type === 'state') this.state = event.state
    else return this.#ended()
    this.changed()
  }

  #hearMessage(message: ChatMessage, isOwn: boolean): void {
    const isNew = !this.said.has(message.seq)
    if (isOwn) this.said.hear(message)
    else this.said.add(message)
    if (message.clientId) this.outbox.drop(message.clientId)
    if (message.from !== 'visitor') this.typist?.hear({ name: '', isTyping: false })
    this.#mark()
    if (!isNew || message.from === 'visitor' || message.seq <= this.said.readSeq) return
    const name = message.author?.name ?? this.state?.name ?? ''
    tell({ sapa: 'message', text: message.text.slice(0, 200), name })
    if (this.state?.hasSound && read('quiet') === null) void later().then(({ beep }) => beep())
  }

  /** Seen is what stands in an open panel of a tab that is looked at. */
  #mark(): void {
    const { answeredSeq, readSeq } = this.said
    if (this.isOpen && document.visibilityState === 'visible') {
      this.said.readSeq = Math.max(readSeq, answeredSeq)
    }
    tell({ sapa: 'unread', count: this.said.unread.length })
    const marks = { delivered: answeredSeq, read: this.said.readSeq }
    const text = JSON.stringify(marks)
    if (!this.isKnown || answeredSeq === 0 || text === this.#marks) return
    this.#marks = text
    this.api.call('PUT', 'reading', marks).catch(() => (this.#marks = ''))
  }

  #hangUp(): void {
    this.#line?.stop()
    this.#line = null
  }

  /** Another tab may have signed in: the page around has the token of now. */
  #doubt(): void {
    this.#hangUp()
    if (isAlone) return this.#ended()
    if (this.#isDoubted) return
    this.#isDoubted = true
    setTimeout(() => tell({ sapa: 'ready' }), 1000)
  }

  #refused({ status, code }: Refusal): void {
    if (status === 410) return this.#doubt()
    if (status === 429) this.isSlowed = true
    else if (status === 0 || status >= 500) this.connection.is(false)
    if (code === 'form_only' && this.state) {
      this.state = { ...this.state, isFormOnly: true }
      this.#hangUp()
    }
    this.changed()
  }
}
