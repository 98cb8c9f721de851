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
  /** An agent has read up to here; it may be told before the message itself comes. */
  agentSeq = 0
  /** These went out as a mail, too. */
  mailed = new Set<number>()

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
    this.#bySeq.set(message.seq, message)
    if (message.isMailed) this.mailed.add(message.seq)
  }

  /** As it came in order, from the stream or from the history. */
  hear(message: ChatMessage): void {
    this.add(message)
    this.heardSeq = Math.max(this.heardSeq, message.seq)
  }

  take(history: History): void {
    for (const message of history.messages) this.hear(message)
    this.readSeq = Math.max(this.readSeq, history.readSeq)
    this.agentSeq = Math.max(this.agentSeq, history.agentSeq)
    for (const seq of history.mailed) this.mailed.add(seq)
  }

  clear(): void {
    this.#bySeq.clear()
    this.hasOlder = false
    this.readSeq = this.heardSeq = this.agentSeq = 0
  }
}
