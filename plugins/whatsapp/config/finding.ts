import type { ProbeStep, Text } from 'sapa/plugin-api'
import type { Answer } from './ask.ts'

/** How one step came out. */
export type Finding = Omit<ProbeStep, 'step' | 'ms' | 'state'> & {
  state: 'ok' | 'warning' | 'failed'
}

export const say = (en: string, id: string): Text => ({ en, id })

export const fine = (detail?: Text): Finding => ({ state: 'ok', ...(detail && { detail }) })

/** Meta's word that the token is not let in. */
export const isTokenRefused = (answer: Answer): boolean =>
  answer.state === 'refused' &&
  (['0', '190'].includes(answer.code) || (answer.code === '' && answer.status === 401))

/** Nobody answered, or Meta has trouble of its own: that says nothing about the account. */
export function unanswered(answer: Answer): Finding | null {
  if (answer.state === 'away') return away(answer.cause)
  const isTheirs = answer.state === 'refused' && (answer.status >= 500 || answer.status === 429)
  return isTheirs ? troubled : null
}

const away = (cause: 'host' | 'network'): Finding => ({
  state: 'failed',
  field: 'apiUrl',
  ...(cause === 'host'
    ? {
        detail: say('Sapa may not reach this address.', 'Sapa tidak boleh menghubungi alamat ini.'),
        remedy: say(
          'Check the address of the Graph API; private hosts have to be allowed in the settings.',
          'Periksa alamat Graph API; host privat harus diizinkan di pengaturan.'
        )
      }
    : {
        detail: say('Meta does not answer.', 'Meta tidak menjawab.'),
        remedy: say(
          'Check the internet connection of the server, then test again.',
          'Periksa sambungan internet server, lalu uji lagi.'
        )
      })
})

const troubled: Finding = {
  state: 'failed',
  detail: say('Meta has trouble answering just now.', 'Meta sedang kesulitan menjawab.'),
  remedy: say('Test again in some minutes.', 'Uji lagi beberapa menit lagi.')
}
