import type { ChannelDefinition, ProbeResult, ProbeStep } from '../plugin-api/channel.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import { Refusal } from './refusal.ts'
import { remark } from './say.ts'

/** Tests the connection and tells each step. Throws when it does not work. */
export async function probeAloud(
  definition: ChannelDefinition,
  values: SettingsValues,
  texts: (key: string) => string
): Promise<ProbeResult> {
  if (!definition.probe) {
    remark(`${definition.label.en} has no test.`)
    return { isOk: true }
  }
  const tell = (step: ProbeStep) => {
    if (step.state !== 'running') remark(lineOf(step, texts(`probe.${step.step}`)))
  }
  const result = await definition.probe(values, AbortSignal.timeout(120_000), tell)
  if (!result.isOk) throw new Refusal('The test failed, so nothing was stored.')
  return result
}

const marks = { running: '…', ok: 'ok', warning: 'warning', failed: 'failed' } as const

function lineOf(step: ProbeStep, name: string): string {
  const time = step.ms === undefined ? '' : ` (${Math.round(step.ms)} ms)`
  const facts = [step.detail?.en, step.remedy?.en].filter(Boolean).join(' ')
  return `${marks[step.state].padEnd(8)} ${name}${time}${facts ? `: ${facts}` : ''}`
}
