import type { AccountContext, ChannelFailure } from 'sapa/plugin-api'
import { isFailure, type Fail } from '../failure.ts'
import type { MailSettings } from '../mail-settings.ts'
import { requestTokens, type Tokens } from './exchange.ts'

const earlyMs = 5 * 60_000

/**
 * Keeps one access token fresh for IMAP and SMTP together. Once the provider has refused, nobody asks it
 * again until the owner has signed in.
 */
export class TokenSource {
  readonly #account: Pick<AccountContext, 'fetch' | 'save'>
  readonly #settings: MailSettings
  readonly #fail: Fail
  #refreshToken: string
  #tokens: Tokens | null = null
  #renewing: Promise<string> | null = null
  #refusal: ChannelFailure | null = null
  readonly #waiting = new Set<() => void>()

  constructor(account: Pick<AccountContext, 'fetch' | 'save'>, settings: MailSettings, fail: Fail) {
    this.#account = account
    this.#settings = settings
    this.#fail = fail
    this.#refreshToken = settings.oauth.refreshToken
  }

  /** `refused` is the token that a server did not take: it is renewed even if it should still live. */
  async get(refused?: string): Promise<string> {
    if (this.#refusal) throw this.#refusal
    const known = this.#tokens
    const isFresh = known && known.expiresAt - earlyMs > Date.now()
    if (isFresh && known.accessToken !== refused) return known.accessToken
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null))
    return this.#renewing
  }

  /** For a server that does not say which token it refused. */
  async renew(): Promise<void> {
    await this.get(this.#tokens?.accessToken)
  }

  /** New tokens, from a renewal or because the owner signed in. */
  async accept(tokens: Tokens): Promise<void> {
    const { refreshToken } = tokens
    if (refreshToken && refreshToken !== this.#refreshToken) {
      this.#refreshToken = refreshToken
      await this.#account.save({ oauthRefreshToken: refreshToken })
    }
    this.#tokens = tokens
    this.#refusal = null
    for (const goOn of this.#waiting) goOn()
  }

  /** Why only the owner can help, if so. */
  get refusal(): ChannelFailure | null {
    return this.#refusal
  }

  /** A mail server does not take even a fresh token: the owner signed in as somebody else. */
  refuse(refusal: ChannelFailure): void {
    this.#refusal = refusal
  }

  /** Until the owner has signed in again, or `signal`. */
  async accepted(signal: AbortSignal): Promise<void> {
    if (!this.#refusal || signal.aborted) return
    let goOn = () => {}
    const ended = new Promise<void>(resolve => (goOn = resolve))
    this.#waiting.add(goOn)
    signal.addEventListener('abort', goOn, { once: true })
    await ended
    this.#waiting.delete(goOn)
    signal.removeEventListener('abort', goOn)
  }

  async #renew(): Promise<string> {
    try {
      const tokens = await this.#request()
      await this.accept(tokens)
      return tokens.accessToken
    } catch (error) {
      if (isFailure(error) && error.failure === 'auth') this.#refusal = error
      throw error
    }
  }

  async #request(): Promise<Tokens> {
    if (!this.#refreshToken) {
      throw this.#fail('auth', 'Nobody has signed in to this mailbox yet', { code: 'no_token' })
    }
    return requestTokens(this.#account.fetch, this.#fail, this.#settings, {
      grant_type: 'refresh_token',
      refresh_token: this.#refreshToken
    })
  }
}
