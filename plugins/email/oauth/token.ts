import type { AccountContext } from 'sapa/plugin-api'
import type { Fail } from '../failure.ts'
import type { MailSettings } from '../mail-settings.ts'
import { requestTokens, type Tokens } from './exchange.ts'

const earlyMs = 5 * 60_000

/** Keeps one access token fresh for IMAP and SMTP together. */
export class TokenSource {
  readonly #account: Pick<AccountContext, 'fetch' | 'save'>
  readonly #settings: MailSettings
  readonly #fail: Fail
  #refreshToken: string
  #tokens: Tokens | null = null
  #renewing: Promise<string> | null = null

  constructor(account: Pick<AccountContext, 'fetch' | 'save'>, settings: MailSettings, fail: Fail) {
    this.#account = account
    this.#settings = settings
    this.#fail = fail
    this.#refreshToken = settings.oauth.refreshToken
  }

  /** `refused` is the token that a server did not take: it is renewed even if it should still live. */
  async get(refused?: string): Promise<string> {
    const known = this.#tokens
    const isFresh = known && known.expiresAt - earlyMs > Date.now()
    if (isFresh && known.accessToken !== refused) return known.accessToken
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null))
    return this.#renewing
  }

  /** The owner signed in again. */
  async accept(tokens: Tokens): Promise<void> {
    this.#tokens = tokens
    if (tokens.refreshToken && tokens.refreshToken !== this.#refreshToken) {
      this.#refreshToken = tokens.refreshToken
      await this.#account.save({ oauthRefreshToken: tokens.refreshToken })
    }
  }

  async #renew(): Promise<string> {
    if (!this.#refreshToken)
      throw this.#fail('auth', 'Nobody has signed in yet', { code: 'no_token' })
    const tokens = await requestTokens(this.#account.fetch, this.#fail, this.#settings, {
      grant_type: 'refresh_token',
      refresh_token: this.#refreshToken
    })
    await this.accept(tokens)
    return tokens.accessToken
  }
}
