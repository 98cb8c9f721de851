import { randomToken } from '../secret/token.ts'
import type { ChannelDefinition, ProbeResult, ProbeStep } from '../plugin-api/channel.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'

/** One "Test connection": what is known of it so far. */
export interface ProbeRun {
  readonly id: string
  readonly type: string
  /** Who asked; nobody else may look. */
  readonly agentId: number
  readonly startedAt: number
  endedAt: number | null
  /** Each step once, as it was last reported. */
  steps: ProbeStep[]
  result: ProbeResult | null
}

const maxMs = 120_000
const keptMs = 30 * 60_000
const maxRuns = 50

/** Connection tests in the background. They live in memory: a restart ends them, and nothing is lost. */
export class Probes {
  readonly #runs = new Map<string, ProbeRun>()
  readonly #stops = new Map<string, AbortController>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  /** Begins a test and returns at once. A second one of the same person ends their first. */
  start(definition: ChannelDefinition, settings: SettingsValues, agentId: number): ProbeRun {
    this.#forget(agentId)
    const run: ProbeRun = {
      id: randomToken(18),
      type: definition.type,
      agentId,
      startedAt: this.#clock().getTime(),
      endedAt: null,
      steps: [],
      result: null
    }
    this.#runs.set(run.id, run)
    void this.#run(definition, settings, run)
    return run
  }

  /** Null for unknown ones and those of others. */
  find(id: string, agentId: number): ProbeRun | null {
    const run = this.#runs.get(id)
    return run?.agentId === agentId ? run : null
  }

  stop(): void {
    for (const stop of this.#stops.values()) stop.abort()
  }

  async #run(definition: ChannelDefinition, settings: SettingsValues, run: ProbeRun) {
    const stop = new AbortController()
    this.#stops.set(run.id, stop)
    const timer = setTimeout(() => stop.abort(), maxMs)
    try {
      const report = (step: ProbeStep) => note(run, step)
      const result = await definition.probe?.(settings, stop.signal, report)
      run.result = result ?? { isOk: true }
    } catch {
      // A channel promises not to throw; what it threw may hold a secret.
      run.result = { isOk: false }
    } finally {
      clearTimeout(timer)
      this.#stops.delete(run.id)
      run.endedAt = this.#clock().getTime()
      run.steps = run.steps.map(step =>
        step.state === 'running' ? { ...step, state: 'failed' } : step
      )
    }
  }

  #forget(agentId: number): void {
    const oldest = this.#clock().getTime() - keptMs
    const runs = [...this.#runs.values()]
    for (const [index, run] of runs.entries()) {
      const isRunning = run.agentId === agentId && run.endedAt === null
      if (isRunning) this.#stops.get(run.id)?.abort()
      const isSpare = run.startedAt < oldest || index < runs.length - maxRuns
      if (isSpare || isRunning) this.#runs.delete(run.id)
    }
  }
}

function note(run: ProbeRun, step: ProbeStep): void {
  const index = run.steps.findIndex(known => known.step === step.step)
  if (index === -1) run.steps.push(step)
  else run.steps[index] = step
}
