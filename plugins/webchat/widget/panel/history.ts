import type { ChatMessage, History } from '../../wire.ts'

/** What was said, once each and in order, however often and wherever from it comes. */
export class Said {
  #bySeq = new Map<number, ChatMessage>()
  hasOlder = false
  readSeq = 0

  get messages(): ChatMessage[] {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq)
  }

  get lastSeq(): number {
    return Math.max(0, ...this.#bySeq.keys())
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

  take(history: History): void {
    for (const message of history.messages) this.add(message)
    this.readSeq = Math.max(this.readSeq, history.readSeq)
  }

  /** An agent has read up to here. */
  markRead(seq: number): void {
    for (const message of this.#bySeq.values()) {
      if (message.from === 'visitor' && message.seq <= seq) message.status = 'read'
    }
  }

  clear(): void {
    this.#bySeq.clear()
    this.hasOlder = false
    this.readSeq = 0
  }
}
