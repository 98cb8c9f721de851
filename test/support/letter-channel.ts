import type { ChannelDefinition, ProbeResult } from '../../server/plugin-api/channel.ts'
import type { ProbeStep } from '../../server/plugin-api/channel.ts'
import type { Sapa } from '../../server/sapa.ts'
import { Provider } from './scripted-channel.ts'

export interface Letters {
  provider: Provider
  /** What "Test connection" reports and ends with; the test may replace it. */
  probe: (report: (step: ProbeStep) => void) => Promise<ProbeResult>
}

/** A channel that pages can work with: a form with a secret, suggestions, a test, a sign-in. */
export function addLetters(sapa: Pick<Sapa, 'channels'>): Letters {
  const provider = new Provider()
  const letters: Letters = { provider, probe: () => Promise.resolve({ isOk: true }) }
  const definition: ChannelDefinition = {
    ...provider.channel('surat'),
    settings: {
      address: {
        type: 'email',
        label: { en: 'Address', id: 'Alamat' },
        required: true
      },
      host: { type: 'text', label: { en: 'Server', id: 'Server' } },
      port: { type: 'number', label: { en: 'Port', id: 'Port' }, default: 993 },
      auth: {
        type: 'select',
        label: { en: 'Sign-in', id: 'Cara masuk' },
        default: 'password',
        options: ['password', 'google'].map(value => ({ value, label: { en: value, id: value } }))
      },
      password: {
        type: 'secret',
        label: { en: 'Password', id: 'Sandi' },
        boundTo: ['host', 'port', 'auth'],
        when: { field: 'auth', is: ['password'] }
      }
    },
    connect: [
      {
        label: { en: 'Connect with Google', id: 'Hubungkan dengan Google' },
        path: '/oauth/start',
        when: { field: 'auth', is: ['google'] }
      }
    ],
    suggest: async values => ({
      ...values,
      host: `mail.${String(values['address']).split('@')[1]}`
    }),
    probe: (_settings, _signal, report) => letters.probe(report)
  }
  sapa.channels.register(definition, 'surat')
  return letters
}
