import type { SapaContext } from 'sapa/plugin-api'
import { isObject, readObject, textAt, textOf, type Loose } from '../parse/loose.ts'
import type { WhatsAppSettings } from './settings.ts'

export type Fetch = SapaContext['fetch']

/** What the Graph API said: an answer, a refusal by its number, or nothing at all. */
export type Answer =
  | { state: 'told'; body: Loose }
  | { state: 'refused'; code: string; subcode: string; status: number }
  | { state: 'away'; cause: 'host' | 'network' }

export type Question = (path: string, query?: Record<string, string>) => Promise<Answer>

/** Questions about an owner's set-up. Never throws; addresses and tokens stay out of what it answers. */
export function questions(fetch: Fetch, settings: WhatsAppSettings, signal: AbortSignal): Question {
  return async (path, query = {}) => {
    const search = new URLSearchParams(query).toString()
    const url = `${settings.apiUrl}/${settings.apiVersion}/${path}${search && `?${search}`}`
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${settings.accessToken}`, 'user-agent': 'Sapa' },
        // A token must not travel to where an answer leads.
        redirect: 'error',
        timeoutMs: 15_000,
        signal
      })
      const body: unknown = await response.json().catch(() => null)
      if (response.ok && isObject(body)) return { state: 'told', body }
      const error = readObject(body)['error']
      return {
        ...{ state: 'refused', status: response.status },
        ...{ code: textAt(error, 'code'), subcode: textOf(readObject(error)['error_subcode']) }
      }
    } catch (error) {
      const isHost = (error as Error).name === 'HostRefused'
      return { state: 'away', cause: isHost ? 'host' : 'network' }
    }
  }
}
