import type { ImapFlow } from 'imapflow'
import { disconnect } from './connect.ts'

/**
 * One connection that is made when it is needed and made anew after it broke. It remembers that the server
 * announced mail while nobody was waiting, and which folder is the junk folder.
 */
export class Line {
  readonly #connect: (signal: AbortSignal) => Promise<ImapFlow>
  #client: ImapFlow | null = null
  #opening: Promise<ImapFlow> | null = null
  #junk: string | null | undefined
  #isClosed = false
  hasNews = false

  constructor(connect: (signal: AbortSignal) => Promise<ImapFlow>) {
    this.#connect = connect
  }

  /** Two who ask while it is being made get the same one. */
  async client(signal: AbortSignal): Promise<ImapFlow> {
    if (this.#client?.usable) return this.#client
    this.#opening ??= this.#open(signal).finally(() => (this.#opening = null))
    return this.#opening
  }

  async #open(signal: AbortSignal): Promise<ImapFlow> {
    this.#client?.close()
    this.#client = null
    this.#junk = undefined
    const client = await this.#connect(signal)
    if (this.#isClosed || signal.aborted) {
      client.close()
      throw new Error('The connection is no longer wanted')
    }
    client.on('exists', ({ count, prevCount }) => (this.hasNews ||= count > prevCount))
    return (this.#client = client)
  }

  /** The connection if it stands right now. */
  get standing(): ImapFlow | null {
    return this.#client?.usable ? this.#client : null
  }

  /** Path of the folder that the server marks as junk. */
  async junk(client: ImapFlow): Promise<string | null> {
    this.#junk ??=
      (await client.list()).find(({ specialUse }) => specialUse === '\\Junk')?.path ?? null
    return this.#junk
  }

  /** Cuts at once: for a command that must not be waited for. */
  cut(): void {
    this.#client?.close()
  }

  /** Lets the connection go; the next need makes another. */
  async rest(): Promise<void> {
    const client = this.#client
    this.#client = null
    if (client) await disconnect(client)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.rest()
  }
}
