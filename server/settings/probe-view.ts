import type { ProbeRun } from '../channel/probe.ts'
import type { Channels } from '../channel/registry.ts'
import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form-fields.ts'

/** "Test connection" as it stands. */
export interface ShownProbe {
  /** Null before the first test. */
  id: string | null
  state: 'waiting' | 'running' | 'ok' | 'failed'
  stateText: string
  steps: ShownStep[]
  /** What must be filled in first. */
  missing: string[]
}

interface ShownStep {
  label: string
  state: 'running' | 'ok' | 'warn' | 'failed'
  time: string
  detail: string | null
  remedy: string | null
}

export const noProbe: ShownProbe = {
  id: null,
  state: 'waiting',
  stateText: '',
  steps: [],
  missing: []
}

export function showProbe(
  run: ProbeRun,
  channels: Channels,
  words: Translator,
  now: Date
): ShownProbe {
  const state = run.endedAt === null ? 'running' : run.result?.isOk ? 'ok' : 'failed'
  const plugin = channels.ownerOf(run.type)
  const elapsed = words.duration(now.getTime() - run.startedAt)
  return {
    id: run.id,
    state,
    stateText: words.t(`probe.state.${state}`, { time: elapsed }),
    missing: [],
    steps: run.steps.map(step => ({
      label: words.t(`plugin.${plugin}.probe.${step.step}`),
      state: step.state === 'warning' ? 'warn' : step.state,
      time: step.ms === undefined ? '' : timeOf(step.ms, words),
      detail: step.detail ? inLocale(step.detail, words.locale) : null,
      remedy: step.remedy ? inLocale(step.remedy, words.locale) : null
    }))
  }
}

function timeOf(ms: number, words: Translator): string {
  if (ms >= 10_000) return words.duration(ms)
  return words.t('probe.milliseconds', { n: words.number(ms) })
}
