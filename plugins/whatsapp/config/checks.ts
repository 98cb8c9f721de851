import type { AccountContext, SapaContext } from 'sapa/plugin-api'
import { questions } from './ask.ts'
import { lookAtNumber } from './number.ts'
import { take, type Report } from './probe.ts'
import type { WebhookSeen } from './seen.ts'
import { readSettings } from './settings.ts'
import { lookAtToken } from './token.ts'
import { lookAtSubscription, lookAtWaba } from './waba.ts'
import { lookAtAddress, lookAtCalls } from './webhook.ts'

export interface CheckTools {
  sapa: Pick<SapaContext, 'business'>
  account: AccountContext
  seen: WebhookSeen
}

/** Everything about a saved number that an owner may have got wrong at Meta's. */
export async function runChecks(
  { sapa, account, seen }: CheckTools,
  signal: AbortSignal,
  report: Report
): Promise<void> {
  const settings = readSettings(account.settings)
  const ask = questions(account.fetch, settings, signal)
  const { timeZone } = await sapa.business()

  await take('address', report, async () => ({ finding: lookAtAddress(account.webhookUrl) }))
  const { appId } = await take('token', report, () =>
    lookAtToken(ask, settings, timeZone, Date.now())
  )
  await take('number', report, () => lookAtNumber(ask, settings))
  await take('account', report, async () => ({ finding: await lookAtWaba(ask, settings) }))
  await take('subscribed', report, async () => ({
    finding: await lookAtSubscription(ask, settings, appId)
  }))
  await take('calls', report, async () => ({ finding: lookAtCalls(await seen.read(), timeZone) }))
}
