import { storedForm } from '../channel/account/settings.ts'
import type { ProbeRun, Probes } from '../channel/account/probe.ts'
import type { Account } from '../channel/table.ts'
import type { ChannelDefinition, ProbeResult } from '../plugin-api/channel.ts'
import { emptyForm, openForm, readForm } from '../plugin-host/form/form.ts'
import type { Sapa } from '../sapa.ts'
import { addressField, type AccountInput } from './account-input.ts'

export type Learned = Pick<ProbeResult, 'name' | 'address' | 'externalId'>

const limitMs = 20_000

/**
 * What the provider calls the account that is saved now, from the test of exactly this form. Where the form
 * has no address of its own, the provider is asked if nobody has tested: the same account must not come twice.
 */
export async function learnAccount(
  { secrets }: Pick<Sapa, 'secrets'>,
  probes: Probes,
  definition: ChannelDefinition,
  input: AccountInput,
  { agentId, account }: { agentId: number; account?: Account }
): Promise<Learned> {
  const { settings: schema } = definition
  const passed = passedRun(probes.find(input.probeId, agentId), definition)
  if (addressField(schema) !== undefined) return ofAddress(passed?.result, input.address)
  if (!definition.probe || definition.accountPage) return {}

  const stored = account ? storedForm(account) : emptyForm
  const form = readForm(schema, input.form, stored, secrets, { isPartial: true })
  const values = openForm(schema, form, secrets)
  const before = account && JSON.stringify(openForm(schema, stored, secrets))
  if (account?.external_id && before === JSON.stringify(values)) return {}
  if (passed && probes.isOf(passed, values)) return passed.result ?? {}
  const asked = definition.probe(values, AbortSignal.timeout(limitMs), () => {})
  const result = await asked.catch(() => null)
  return result?.isOk ? result : {}
}

function passedRun(run: ProbeRun | null, { type }: ChannelDefinition): ProbeRun | null {
  return run?.type === type && run.result?.isOk ? run : null
}

/** What was tested may have been retyped since. */
function ofAddress(learned: ProbeResult | null | undefined, typed: string | undefined): Learned {
  if (!learned) return {}
  const isSame = learned.address === undefined || learned.address === typed
  return isSame ? learned : {}
}
