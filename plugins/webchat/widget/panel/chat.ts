import type { ChatFile, FromLoader, History, NewMessage, Proof } from '../../wire.ts'
import { Api, newId, newToken, outdated, Refusal, unreachable } from './api.ts'
import { isAlone, tell } from './bridge.ts'
import { Connection } from './connection.ts'
import { Said } from './history.ts'
import type { Line } from './line.ts'
import { Outbox } from './outbox.ts'
import { later } from './more.ts'
import { backoff } from './pause.ts'
import { Person } from './person.ts'
import { recall, removeAll, write } from './storage.ts'
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
  /** How often the page was asked whether there is another token. */
  #doubts = 0
  #isAsking = false
  /** The page has a token of ours. */
  #isKept = false

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
        // It may stand behind an answer that is still to come.
        this.said.add(message)
        this.#becomeKnown()
        this.#line?.wake()
        this.changed()
      },
      refused: refusal => this.refused(refusal)
    })
    addEventListener('online', () => this.wake())
    addEventListener('offline', () => this.connection.is(false))
    addEventListener('focus', () => this.mark())
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
    if (!token && this.#doubts > 0) return this.ended()
    recall(kept)
    this.outbox.recall()
    // The page may not have heard yet that it is over with this one.
    if (token && token !== this.api.token && !this.api.former.has(token)) this.#take(token)
    this.#isKept = token !== null
    if (token || isOpen) this.person.prove()
    await this.load()
    this.outbox.flush()
  }

  async load(): Promise<void> {
    try {
      const history = await this.api.get<History>('messages')
      this.said.hasOlder = history.hasOlder
      this.adopt(history)
      this.connection.is(true)
      this.#failures = 0
    } catch (error) {
      const refusal = error instanceof Refusal ? error : unreachable
      if (refusal === outdated) return this.load()
      this.refused(refusal)
      if (!refusal.isPassing) return
      setTimeout(() => void this.load(), Math.max(refusal.retryAfterMs, backoff(this.#failures++)))
    }
  }

  async loadOlder(): Promise<void> {
    const history = await this.api.get<History>(`messages?before=${this.said.firstSeq}`)
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
    this.mark()
    this.changed()
  }

  identify(proof: Proof): void {
    this.person.identify(proof)
    if (this.isOpen || this.isKnown || this.#isKept) this.person.prove()
  }

  turnPage(page: Page): void {
    this.#page = page
  }

  /** The network is back, or somebody looks again. */
  wake(): void {
    this.#line?.wake()
    this.outbox.flush()
    this.mark()
  }

  async end(): Promise<void> {
    if (this.isKnown) await this.api.call('DELETE', 'visitor').catch(() => undefined)
    this.ended()
  }

  /** Somebody signs out of the site, or begins anew. */
  forget(): void {
    this.ended()
    this.isEnded = false
  }

  /** What was asked with the token until now is for nobody any more. */
  ended(): void {
    this.persons += 1
    this.#take(newToken())
    this.person.forget()
    removeAll()
    tell({ sapa: 'token', token: null })
    tell({ sapa: 'unread', count: 0 })
    this.outbox.recall()
    this.isEnded = true
    this.#isKept = false
    this.changed()
  }

  #take(token: string): void {
    this.#hangUp()
    this.api.turn(token)
    this.said.clear()
    this.#visitor = null
    this.isKnown = this.isEnded = false
    this.#doubts = 0
  }

  /** A sign-in has brought another token. */
  #turn(): void {
    this.#keepToken()
    this.#hangUp()
    void this.load()
  }

  adopt(history: History): void {
    this.#doubts = 0
    if (this.#visitor && history.visitor !== this.#visitor) this.said.clear()
    this.#visitor = history.visitor
    this.said.take(history)
    this.state = history.state
    if (history.visitor) this.#becomeKnown()
    for (const { clientId } of history.messages) if (clientId) this.outbox.drop(clientId)
    this.mark()
    this.changed()
  }

  #keepToken(): void {
    this.#isKept = true
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
    const { listen } = await later()
    if (!this.#line && this.isKnown) this.#line = listen(this)
  }

  /** Seen is what stands in an open panel of a tab that is looked at. */
  mark(): void {
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
    // The answer to a sign-in may take as long as that: only then does the page have what has come of it.
    if (isAlone || this.#doubts > 4) return this.ended()
    if (this.#isAsking) return
    this.#isAsking = true
    setTimeout(
      () => {
        this.#isAsking = false
        tell({ sapa: 'ready' })
      },
      backoff(this.#doubts++)
    )
  }

  refused({ status, code }: Refusal): void {
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
