import { lineStep } from '../channel/account/check.ts'
import type { ProbeRun } from '../channel/account/probe.ts'
import type { Channels } from '../channel/registry.ts'
import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form/fields.ts'

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

export interface ShownStep {
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
  const elapsed = words.duration(now.getTime() - run.startedAt)
  return {
    id: run.id,
    state,
    stateText: words.t(`probe.state.${state}`, { time: elapsed }),
    missing: [],
    steps: showSteps(run, channels, words)
  }
}

/** What a run has reported, in the reader's language. */
export function showSteps(run: ProbeRun, channels: Channels, words: Translator): ShownStep[] {
  const plugin = channels.ownerOf(run.type)
  return run.steps.map(({ step, state, ms, detail, remedy }) => ({
    label: words.t(step === lineStep ? 'checks.line' : `plugin.${plugin}.probe.${step}`),
    state: state === 'warning' ? 'warn' : state,
    time: ms === undefined ? '' : timeOf(ms, words),
    detail: detail ? inLocale(detail, words.locale) : null,
    remedy: remedy ? inLocale(remedy, words.locale) : null
  }))
}

function timeOf(ms: number, words: Translator): string {
  if (ms >= 10_000) return words.duration(ms)
  return words.t('probe.milliseconds', { n: words.number(ms) })
}
