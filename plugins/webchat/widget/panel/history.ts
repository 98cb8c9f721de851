import type { ChatMessage, History } from '../../wire.ts'

/** What was said, once each and in order, however often and wherever from it comes. */
export class Said {
  #bySeq = new Map<number, ChatMessage>()
  hasOlder = false
  readSeq = 0
  /**
   * Up to here nothing is missing. Not the newest there is: what this tab has just sent may stand behind
   * an answer that is still to come.
   */
  heardSeq = 0

  get messages(): ChatMessage[] {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq)
  }

  /** The newest that was said to the visitor. */
  get answeredSeq(): number {
    return this.messages.findLast(({ from }) => from !== 'visitor')?.seq ?? 0
  }

  get firstSeq(): number {
    return Math.min(...this.#bySeq.keys())
  }

  /** Newest of what the business has said and the visitor has not seen. */
  get unread(): ChatMessage[] {
    return this.messages.filter(({ seq, from }) => from !== 'visitor' && seq > this.readSeq)
  }

  has(seq: number): boolean {
    return this.#bySeq.has(seq)
  }

  add(message: ChatMessage): void {
    const known = this.#bySeq.get(message.seq)
    const status = known?.status === 'read' ? { status: 'read' as const } : {}
    this.#bySeq.set(message.seq, { ...message, ...status })
  }

  /** As it came in order, from the stream or from the history. */
  hear(message: ChatMessage): void {
    this.add(message)
    this.heardSeq = Math.max(this.heardSeq, message.seq)
  }

  take(history: History): void {
    for (const message of history.messages) this.hear(message)
    this.readSeq = Math.max(this.readSeq, history.readSeq)
  }

  /** An agent has read up to here. */
  markRead(seq: number): void {
    for (const message of this.#bySeq.values()) {
      if (message.from === 'visitor' && message.seq <= seq) message.status = 'read'
    }
  }

  /** These went out as a mail, too. */
  markMailed(seqs: number[]): void {
    for (const seq of seqs) {
      const message = this.#bySeq.get(seq)
      if (message) message.isMailed = true
    }
  }

  clear(): void {
    this.#bySeq.clear()
    this.hasOlder = false
    this.readSeq = this.heardSeq = 0
  }
}
