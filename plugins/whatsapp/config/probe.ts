import type { ProbeResult, ProbeStep, SapaContext, SettingsValues } from 'sapa/plugin-api'
import { questions } from './ask.ts'
import type { Finding } from './finding.ts'
import { lookAtNumber } from './number.ts'
import { readSettings } from './settings.ts'
import { lookAtToken } from './token.ts'
import { lookAtSubscription, lookAtWaba } from './waba.ts'

export type Report = (step: ProbeStep) => void

/** "Test connection": the token, the number, its account, and whether the app hears of it. */
export async function probeNumber(
  sapa: Pick<SapaContext, 'fetch' | 'business'>,
  values: SettingsValues,
  signal: AbortSignal,
  report: Report
): Promise<ProbeResult> {
  const settings = readSettings(values)
  const ask = questions(sapa.fetch, settings, signal)
  const { timeZone } = await sapa.business()

  const token = await take('token', report, async () => {
    const look = await lookAtToken(ask, settings, timeZone, Date.now())
    return { ...look, isOver: look.isRefused || look.finding.field === 'apiUrl' }
  })
  if (token.isOver) return { isOk: false }
  const number = await take('number', report, () => lookAtNumber(ask, settings))
  const waba = await take('account', report, async () => ({
    finding: await lookAtWaba(ask, settings)
  }))
  // Nobody has to have it before the account is saved: the check of the saved one insists.
  await take('subscribed', report, async () => ({
    finding: mild(await lookAtSubscription(ask, settings, token.appId))
  }))
  if ([token, number, waba].some(({ finding }) => finding.state === 'failed')) {
    return { isOk: false }
  }
  const { address, name } = number
  return {
    ...{ isOk: true, externalId: settings.phoneNumberId },
    ...(address && { address }),
    ...(name && { name })
  }
}

/** Reports a step as it begins and as it ends. */
export async function take<Look extends { finding: Finding }>(
  step: string,
  report: Report,
  look: () => Promise<Look>
): Promise<Look> {
  const start = performance.now()
  report({ step, state: 'running' })
  const seen = await look()
  report({ step, ms: Math.round(performance.now() - start), ...seen.finding })
  return seen
}

const mild = (finding: Finding): Finding =>
  finding.state === 'failed' ? { ...finding, state: 'warning' } : finding
