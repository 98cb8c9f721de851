import type { ChannelFailure, Text } from 'sapa/plugin-api'
import type { Line } from '../line.ts'
import { Recent } from '../recent.ts'

const second = 1000
const longestMs = 3600 * second

/** Meta lets a number write to one person about every 6 s; who goes on too soon waits longer each time. */
export class Pace {
  readonly #line: Line
  readonly #refused = new Recent<number>(5_000)
  #isWarned = false

  constructor(line: Line) {
    this.#line = line
  }

  taken(to: string): void {
    this.#refused.delete(to)
    if (this.#isWarned) this.#warn(null)
  }

  /** The failure as Sapa should know it. */
  failed(to: string, error: unknown): unknown {
    const { failure, message, detail } = error as ChannelFailure
    if (restrictions.has(detail?.code ?? '')) this.#warn(restricted)
    if (detail?.code !== '131056') return error
    const times = (this.#refused.get(to) ?? 0) + 1
    this.#refused.set(to, times)
    const retryAfterMs = Math.min(Math.max(6, 4 ** times) * second, longestMs)
    return this.#line.fail(failure, message, { ...detail, retryAfterMs })
  }

  #warn(text: Text | null): void {
    if (!text || !this.#isWarned) this.#line.account.notice(text)
    this.#isWarned = text !== null
  }
}

const restrictions = new Set(['131048', '131064'])

const restricted: Text = {
  en: 'WhatsApp holds back messages of this number because customers have blocked or reported it. Sapa tries again every hour; send nothing in bulk until then.',
  id: 'WhatsApp menahan pesan dari nomor ini karena diblokir atau dilaporkan pelanggan. Sapa mencoba lagi tiap jam; jangan kirim pesan massal dulu.'
}
