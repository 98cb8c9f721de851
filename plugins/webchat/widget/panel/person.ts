import type { NewActivity, Profile, Proof } from '../../wire.ts'
import { newId, Refusal, unreachable, type Api } from './api.ts'
import { later } from './more.ts'

/** Who writes, as far as the page or the person has said, and what they looked at before they did. */
export class Person {
  #api: Api
  #report: (code: string) => void
  #renew: () => void
  #turned: () => void
  #proof: Proof | null = null
  #proved = ''
  #profile: Profile | null = null
  #tracked: NewActivity[] = []

  constructor(
    api: Api,
    on: { report: (code: string) => void; renew: () => void; turned: () => void }
  ) {
    this.#api = api
    this.#report = on.report
    this.#renew = on.renew
    this.#turned = on.turned
  }

  identify(proof: Proof): void {
    this.#proof = proof
  }

  /** Nothing of what was said of the last one is for the next. */
  forget(): void {
    this.#profile = null
    this.#tracked = []
  }

  /** A proof is shown once there is something to talk about, not with every page. */
  prove(): void {
    const text = JSON.stringify(this.#proof)
    if (!this.#proof || this.#proved === text) return
    this.#proved = text
    const proof = this.#proof
    const before = this.#api.turning
    // One after the other: the last one that the page says is who sits here.
    this.#api.turning = Promise.resolve(before).then(() => this.#show(proof, true))
  }

  async #show(proof: Proof, mayChange: boolean): Promise<void> {
    try {
      const { signIn } = await later()
      if (await signIn(this.#api, proof)) this.#turned()
    } catch (error) {
      const { code, isPassing, retryAfterMs } = error instanceof Refusal ? error : unreachable
      if (isPassing) {
        this.#proved = ''
        setTimeout(() => this.prove(), Math.max(retryAfterMs, 5000))
      }
      // The token is another person's of the same computer: nothing of theirs stays.
      if (code !== 'other_user' || !mayChange) return this.#report(code)
      this.#renew()
      return this.#show(proof, false)
    }
  }

  /** What was typed, or said by the page; sent as soon as somebody is there to whom it belongs. */
  update(profile: Profile, isKnown: boolean): void {
    const facts = { ...this.#profile?.facts, ...profile.facts }
    this.#profile = { ...this.#profile, ...profile, facts }
    if (isKnown) void this.#sendProfile()
  }

  track(item: NewActivity, isKnown: boolean): void {
    this.#tracked = [...this.#tracked, { ...item, id: newId() }].slice(-20)
    if (isKnown) this.known()
  }

  known(): void {
    void this.#sendProfile()
    const items = this.#tracked.splice(0)
    if (items.length > 0) this.#api.call('POST', 'activity', { items }).catch(() => undefined)
  }

  /** What was typed before the first message goes ahead of it. */
  async beforeFirst(isKnown: boolean): Promise<void> {
    if (!isKnown) await this.#sendProfile()
  }

  async #sendProfile(): Promise<void> {
    const profile = this.#profile
    if (!profile) return
    try {
      await this.#api.call('PUT', 'profile', profile)
      if (this.#profile === profile) this.#profile = null
    } catch (error) {
      if (error instanceof Refusal && error.status === 400) this.#profile = null
    }
  }
}

/** `{ name, email, phone, plan: 'gold' }`, as the page has said it: what is no field of its own is a fact. */
export function profileOf(value: unknown): Profile {
  const { facts, ...rest } = Object(value) as Record<string, unknown>
  const given = Object.entries({ ...rest, ...Object(facts) }).map(
    ([key, fact]) => [key, typeof fact === 'string' ? fact : JSON.stringify(fact)] as const
  )
  const isOwn = ([key]: readonly [string, string]) => ['name', 'email', 'phone'].includes(key)
  return {
    ...Object.fromEntries(given.filter(isOwn)),
    facts: Object.fromEntries(given.filter(one => !isOwn(one)))
  }
}
