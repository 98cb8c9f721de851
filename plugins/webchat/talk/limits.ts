import type { Asked } from '../chat-route.ts'
import { Limit } from './limit.ts'

const seconds = 1_000
const minute = 60 * seconds
/** In an hour. */
const bytesPerAddress = 200 * 1024 * 1024

/** What a visitor, an address and a widget may do in a time. */
export class Limits {
  readonly #burst = new Limit(10, 10 * seconds)
  readonly #messages = new Limit(60, minute)
  readonly #slow = new Limit(2, minute)
  readonly #address = new Limit(300, minute)
  readonly #widget = new Limit(600, minute)
  readonly #fresh = new Limit(5, minute)
  readonly #files = new Limit(20, minute)
  readonly #bytes = new Limit(bytesPerAddress, 60 * minute)
  readonly #changes = new Limit(30, minute)
  readonly #typing = new Limit(30, minute)

  /** Throws when a message is one too many for its visitor. */
  takeMessage({ widget, hash, request, now }: Asked): void {
    const { limits, isFormOnly } = widget.settings
    const who = `${widget.key} ${hash}`
    this.#burst.take(who, now, Math.ceil(limits.visitorPerMinute / 6))
    this.#messages.take(who, now, limits.visitorPerMinute)
    if (isFormOnly) this.#slow.take(`${widget.key} ${request.ip}`, now)
  }

  /** Last, so that who is refused anyway takes nothing away from the others. */
  takeShare({ widget, request, now }: Asked): void {
    const { visitorPerMinute, messagesPerMinute } = widget.settings.limits
    // No address alone can use up what all have together.
    const share = Math.max(visitorPerMinute, Math.ceil(messagesPerMinute / 2))
    this.#address.take(`${widget.key} ${request.ip}`, now, share)
    this.#widget.take(widget.key, now, messagesPerMinute)
  }

  /** Throws when an address brings too many new visitors. */
  takeVisitor({ widget, request, now }: Asked): void {
    const { limits, isFormOnly } = widget.settings
    const most = isFormOnly ? Math.min(2, limits.newPerMinute) : limits.newPerMinute
    this.#fresh.take(`${widget.key} ${request.ip}`, now, most)
  }

  takeFile({ widget, hash, request, now }: Asked): void {
    this.#files.take(`${widget.key} ${hash}`, now)
    // New visitors bring new room with them, so an address has its own.
    this.#bytes.take(request.ip, now, bytesPerAddress, request.body.byteLength)
  }

  /** Of what a visitor says besides messages and Sapa writes down: details, stars, links to go on. */
  takeChange({ widget, hash, now }: Asked): void {
    this.#changes.take(`${widget.key} ${hash}`, now)
  }

  takeTyping({ widget, hash, now }: Asked): void {
    this.#typing.take(`${widget.key} ${hash}`, now)
  }
}
