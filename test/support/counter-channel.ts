import type { AccountContext } from '../../server/plugin-api/account.ts'
import type { ChannelDefinition, ProbeStep } from '../../server/plugin-api/channel.ts'
import type { SettingsSchema, SettingsValues } from '../../server/plugin-api/settings.ts'
import type { Sapa } from '../../server/sapa.ts'
import { chatLike, Provider } from './scripted-channel.ts'

const say = (en: string, id = en) => ({ en, id })

/** A counter where customers ring: much of it is set up at its maker's. */
export interface Counter {
  definition: ChannelDefinition
  opened: AccountContext[]
  /** What the maker's side says just now; the test may replace it. */
  check: (report: (step: ProbeStep) => void, settings: SettingsValues) => Promise<void>
  /** Keys that the maker knows, with what he calls their counters. */
  known: Map<string, { name: string; address: string; externalId: string }>
}

const settings: SettingsSchema = {
  key: { type: 'secret', label: say('Key', 'Kunci'), required: true },
  word: {
    type: 'secret',
    label: say('Watchword', 'Kata sandi panggilan'),
    required: true,
    isGenerated: true,
    isAdvanced: true
  },
  place: { type: 'text', label: say('Place', 'Tempat'), isGenerated: true, isAdvanced: true }
}

/** A channel with a guide, checks, a first message and words that Sapa makes. */
export function addCounter(sapa: Pick<Sapa, 'channels'>): Counter {
  const provider = new Provider(chatLike)
  const counter: Counter = {
    definition: provider.channel('loket'),
    opened: [],
    check: async report => report({ step: 'bell', state: 'ok', ms: 40 }),
    known: new Map([
      ['kunci-satu', { name: 'Loket Depan', address: '@loketdepan', externalId: '71' }]
    ])
  }
  Object.assign(counter.definition, {
    label: say('Counter', 'Loket'),
    identityKinds: ['external'],
    hasWebhook: true,
    settings,
    guide: ({ settings: { word }, webhookUrl }) => [
      { label: say('Address to ring', 'Alamat panggilan'), value: webhookUrl },
      {
        label: say('Watchword', 'Kata sandi panggilan'),
        value: String(word),
        isSecret: true,
        hint: say('Asked for once.', 'Ditanyakan sekali.')
      }
    ],
    firstMessage: ({ address }) => ({
      text: say(`Ring at ${address ?? 'the counter'}.`, `Tekan bel di ${address ?? 'loket'}.`),
      url: 'https://loket.example/ring'
    }),
    probe: async ({ key }) => {
      const found = counter.known.get(String(key))
      return found ? { isOk: true, ...found } : { isOk: false }
    },
    open: async account => {
      counter.opened.push(account)
      const session = await provider.channel('loket').open(account)
      const checks = (_signal: AbortSignal, report: (step: ProbeStep) => void) =>
        counter.check(report, account.settings)
      return { ...session, webhook: () => ({ accept: [] }), checks }
    }
  } satisfies Partial<ChannelDefinition>)
  sapa.channels.register(counter.definition, 'loket')
  return counter
}
