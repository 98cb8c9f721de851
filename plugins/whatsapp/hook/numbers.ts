import { createHash } from 'node:crypto'
import type { WhatsAppSettings } from '../config/settings.ts'

/**
 * Whose number is whose. Meta calls one address for all numbers of an app; a number is found only by accounts with
 * the same app secret, so that nobody can bring messages to the number of somebody else.
 */
export class Numbers {
  readonly #accounts = new Map<string, number>()

  set(settings: Known, account: number): void {
    this.#accounts.set(keyOf(settings), account)
  }

  delete(settings: Known, account: number): void {
    const key = keyOf(settings)
    if (this.#accounts.get(key) === account) this.#accounts.delete(key)
  }

  /** `number` as the owner of `settings` may know it. */
  find(settings: Known, number: string): number | undefined {
    return this.#accounts.get(keyOf({ ...settings, phoneNumberId: number }))
  }
}

type Known = Pick<WhatsAppSettings, 'phoneNumberId' | 'appSecret'>

/** A secret is kept in one place: here its digest does. */
const keyOf = ({ phoneNumberId, appSecret }: Known) =>
  `${phoneNumberId} ${createHash('sha256').update(appSecret).digest('hex')}`
