import type {
  ChatEvent,
  ChatFile,
  ChatMessage,
  FromLoader,
  History,
  NewActivity,
  PanelState
} from '../../wire.ts'
import { Api, newId, newToken, Refusal } from './api.ts'
import { isAlone, tell } from './bridge.ts'
import { Said } from './history.ts'
import type { Line } from './line.ts'
import { Outbox } from './outbox.ts'
import { later } from './more.ts'
import { backoff } from './pause.ts'
import { Person } from './person.ts'
import { read, recall, removeAll, write } from './storage.ts'
import { Typist } from './typist.ts'

type Page = { url: string; title: string }

/** The conversation of this browser, apart from how it is drawn. */
export class Chat {
  api = new Api(newToken())
  said = new Said()
  person: Person
  outbox: Outbox
  state: PanelState | null = null
  /** Sapa knows the token. */
  isKnown = false
  isOpen = false
  isEnded = false
  isConnected = true
  isSlowed = false
  typist = new Typist(() => this.changed())
  changed: () => void = () => {}

  #line: Line | null = null
  #page: Page | undefined
  /** Whose history it is: a sign-in can lead to another one. */
  #visitor: string | null = null
  #lineTimer = 0
  #marks = ''
  #failures = 0
  #saidTyping = 0

  constructor() {
    const report = (code: string) => tell({ sapa: 'error', code })
    this.person = new Person(this.api, report, () => this.forget())
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
    addEventListener('offline', () => this.#connected(false))
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
      if (await this.person.proven()) this.#keepToken()
      const history = await this.api.call<History>('GET', 'messages')
      this.said.hasOlder = history.hasOlder
      this.#adopt(history)
      this.#connected(true)
      this.#failures = 0
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(0, 'unreadable', '')
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

  send(text: string, files: ChatFile[]): void {
    this.#keepToken()
    this.outbox.add({
      message: {
        ...{ clientId: newId(), text, files: files.map(({ id }) => id) },
        ...(this.#page && { page: this.#page })
      },
      ...{ files, at: Date.now() }
    })
    this.#saidTyping = 0
  }

  open(): void {
    this.isOpen = true
    this.person.prove()
    void this.person.proven().then(isNew => {
      if (isNew) this.#keepToken()
      // Without a stream, news are asked for when somebody looks.
      if (isNew || this.state?.isFormOnly) return this.load()
    })
    this.#mark()
    this.changed()
  }

  closed(): void {
    this.isOpen = false
    this.changed()
  }

  turnPage(page: Page): void {
    this.#page = page
  }

  track(item: NewActivity): void {
    this.person.track({ ...item, id: newId() }, this.isKnown)
  }

  /** Told at most every 3 s, and once when the field is empty again. */
  typing(isTyping: boolean): void {
    if (!this.isKnown || this.state?.isFormOnly) return
    const now = Date.now()
    if (isTyping ? now - this.#saidTyping < 3000 : this.#saidTyping === 0) return
    this.#saidTyping = isTyping ? now : 0
    this.api.call('POST', 'typing', { isTyping }).catch(() => undefined)
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
    removeAll()
    tell({ sapa: 'token', token: null })
    tell({ sapa: 'unread', count: 0 })
    this.#line?.stop()
    this.#line = null
    this.outbox.recall()
    this.isEnded = true
    this.changed()
  }

  #take(token: string): void {
    this.#line?.stop()
    this.#line = null
    this.api.token = token
    this.said.clear()
    this.#visitor = null
    this.isKnown = false
  }

  #adopt(history: History): void {
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
      connected: isSo => this.#connected(isSo),
      refused: refusal => this.#refused(refusal)
    })
  }

  #hear(event: ChatEvent, isOwn: boolean): void {
    if (event.type === 'message') this.#hearMessage(event.message, isOwn)
    else if (event.type === 'read') this.said.markRead(event.seq)
    else if (event.type === 'typing') this.typist.hear(event)
    else if (event.type === 'state') this.state = event.state
    else return this.#ended()
    this.changed()
  }

  #hearMessage(message: ChatMessage, isOwn: boolean): void {
    const isNew = !this.said.has(message.seq)
    if (isOwn) this.said.hear(message)
    else this.said.add(message)
    if (message.clientId) this.outbox.drop(message.clientId)
    if (message.from !== 'visitor') this.typist.name = null
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

  /** A short gap, such as a restart, is not worth a word. */
  #connected(isSo: boolean): void {
    clearTimeout(this.#lineTimer)
    this.#lineTimer = setTimeout(
      () => {
        if (this.isConnected === isSo) return
        this.isConnected = isSo
        this.changed()
      },
      isSo ? 0 : 2500
    )
  }

  #refused({ status, code }: Refusal): void {
    if (status === 410) return this.#ended()
    if (status === 429) this.isSlowed = true
    else if (status === 0 || status >= 500) this.#connected(false)
    if (code === 'form_only' && this.state) {
      this.state = { ...this.state, isFormOnly: true }
      this.#line?.stop()
      this.#line = null
    }
    this.changed()
  }
}
