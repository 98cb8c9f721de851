import type { SapaContext } from 'sapa/plugin-api'

/** A site that has shown the widget. */
export interface Sighting {
  origin: string
  at: number
}

const most = 20
const minuteMs = 60_000
const gapMs = 5_000
const monthMs = 30 * 24 * 60 * minuteMs

/** Which sites show a widget, so that its owner sees that pasting has worked. Told to a minute, kept for a month. */
export class Sightings {
  readonly #values: SapaContext['values']
  /** Written lately, by account and site. */
  readonly #noted = new Map<string, number>()
  readonly #writtenAt = new Map<number, number>()

  constructor(values: SapaContext['values']) {
    this.#values = values
  }

  async note(account: number, origin: string | undefined, now: Date): Promise<void> {
    if (!origin || origin.length > 200 || !isSite(origin)) return
    const at = now.getTime()
    const key = `${account} ${origin}`
    if (at - (this.#noted.get(key) ?? 0) < minuteMs) return
    // Whoever invents sites must not make the disk busy.
    if (at - (this.#writtenAt.get(account) ?? 0) < gapMs) return
    this.#writtenAt.set(account, at)
    if (this.#noted.size >= 1000) this.#noted.clear()
    this.#noted.set(key, at)
    const others = (await this.list(account)).filter(one => one.origin !== origin)
    const all = [{ origin, at }, ...others].slice(0, most)
    await this.#values.set(keyOf(account), JSON.stringify(all), monthMs)
  }

  /** Latest first. */
  async list(account: number): Promise<Sighting[]> {
    const text = await this.#values.get(keyOf(account))
    return text === null ? [] : (JSON.parse(text) as Sighting[])
  }
}

/** As browsers write it: what is no address would break the page that tells it. */
const isSite = (origin: string) =>
  /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin

const keyOf = (account: number) => `sightings:${account}`

/** `sinar.example, toko.example`, and when it was; empty when no site has shown it. */
export function seenWords(
  sightings: readonly Sighting[],
  locale: 'en' | 'id',
  now: Date
): { sites: string; time: string } | null {
  const [latest] = sightings
  if (!latest) return null
  const sites = sightings.slice(0, 3).map(({ origin }) => new URL(origin).host)
  const rest = sightings.length - sites.length
  return {
    sites: [...sites, ...(rest > 0 ? [`+${rest}`] : [])].join(', '),
    time: ago(latest.at - now.getTime(), locale)
  }
}

function ago(ms: number, locale: 'en' | 'id'): string {
  const units = [
    ['day', 24 * 60],
    ['hour', 60],
    ['minute', 1]
  ] as const
  const minutes = Math.trunc(ms / minuteMs)
  const [unit, size] = units.find(([, least]) => Math.abs(minutes) >= least) ?? ['minute', 1]
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(
    Math.trunc(minutes / size),
    unit
  )
}
