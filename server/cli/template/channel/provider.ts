import type {
  AccountContext,
  ChannelFailure,
  ChannelSession,
  ProbeResult,
  ProbeStep,
  SapaContext,
  SettingsValues
} from 'sapa/plugin-api'
import { request } from './request.ts'
import { verdict } from './webhook.ts'

/** The open line of one account. */
export async function open(sapa: SapaContext, account: AccountContext): Promise<ChannelSession> {
  const { settings } = account
  const ask = (path: string, signal: AbortSignal, body?: object) =>
    request(sapa, account.fetch, settings, { path, signal, body })
  // Called by the provider: nothing to connect, so the line is as good as its last request.
  account.state('connected')
  return {
    webhook: call => verdict(call, String(settings.key)),
    async send(step) {
      const message = { to: step.to.value, text: step.text, ref: step.clientRef }
      const { id } = (await ask('/messages', step.signal, message)) as { id?: unknown }
      // It was taken, but nobody can say under which name.
      if (typeof id !== 'string') throw sapa.failure('unknown_outcome', 'The answer has no id')
      return { remoteId: id, status: 'sent' }
    },
    async health(signal) {
      await ask('/me', signal)
      return { isOk: true }
    },
    // Timers and connections of your own end here.
    async close() {}
  }
}

/** "Test connection": says which field is to blame, never throws, never repeats a secret. */
export async function probe(
  sapa: SapaContext,
  settings: SettingsValues,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<ProbeResult> {
  report({ step: 'sign_in', state: 'running' })
  try {
    const me = (await request(sapa, sapa.fetch, settings, { path: '/me', signal })) as {
      id?: string
      name?: string
    }
    report({ step: 'sign_in', state: 'ok' })
    // The same account of the provider cannot be connected twice.
    return { isOk: true, name: me.name ?? '', externalId: me.id ?? String(settings.server) }
  } catch (error) {
    const field = (error as Partial<ChannelFailure>).failure === 'auth' ? 'token' : 'server'
    report({ step: 'sign_in', state: 'failed', field })
    return { isOk: false }
  }
}
