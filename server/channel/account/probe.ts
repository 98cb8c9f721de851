import { randomToken } from '../../secret/token.ts'
import type { ChannelDefinition, ProbeResult, ProbeStep } from '../../plugin-api/channel.ts'
import type { SettingsValues } from '../../plugin-api/settings.ts'

/** One "Test connection", or one look at a saved account: what is known of it so far. */
export interface ProbeRun {
  readonly id: string
  readonly type: string
  /** What a saved account was asked; null for a form that is being filled in. */
  readonly accountId: number | null
  /** Who asked; nobody else may look. */
  readonly agentId: number
  readonly startedAt: number
  endedAt: number | null
  /** Each step once, as it was last reported. */
  steps: ProbeStep[]
  result: ProbeResult | null
}

/** What a run does: reports its steps and answers with what came out. */
export type ProbeWork = (
  signal: AbortSignal,
  report: (step: ProbeStep) => void
) => Promise<ProbeResult>

type About = Pick<ProbeRun, 'type' | 'agentId' | 'accountId'>

const maxMs = 120_000
const keptMs = 30 * 60_000
const maxRuns = 50

/** Connection tests in the background. They live in memory: a restart ends them, and nothing is lost. */
export class Probes {
  readonly #runs = new Map<string, ProbeRun>()
  readonly #stops = new Map<string, AbortController>()
  /** What was tested, to know it again when it is saved. */
  readonly #tested = new WeakMap<ProbeRun, string>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  /** Begins a test of a form and returns at once. A second one of the same person ends their first. */
  start(definition: ChannelDefinition, settings: SettingsValues, agentId: number): ProbeRun {
    const run = this.begin(
      { type: definition.type, agentId, accountId: null },
      async (signal, report) =>
        (await definition.probe?.(settings, signal, report)) ?? { isOk: true }
    )
    this.#tested.set(run, JSON.stringify(settings))
    return run
  }

  /** Whether exactly this was tested. */
  isOf(run: ProbeRun, settings: SettingsValues): boolean {
    return this.#tested.get(run) === JSON.stringify(settings)
  }

  /** Begins any work of this kind and returns at once. */
  begin(about: About, work: ProbeWork): ProbeRun {
    this.#forget(about)
    const run: ProbeRun = {
      id: randomToken(18),
      ...about,
      startedAt: this.#clock().getTime(),
      endedAt: null,
      steps: [],
      result: null
    }
    this.#runs.set(run.id, run)
    void this.#run(run, work)
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

  async #run(run: ProbeRun, work: ProbeWork) {
    const stop = new AbortController()
    this.#stops.set(run.id, stop)
    const timer = setTimeout(() => stop.abort(), maxMs)
    try {
      run.result = await work(stop.signal, step => note(run, step))
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

  #forget(about: About): void {
    const oldest = this.#clock().getTime() - keptMs
    const runs = [...this.#runs.values()]
    for (const [index, run] of runs.entries()) {
      const isRunning = isSame(run, about) && run.endedAt === null
      if (isRunning) this.#stops.get(run.id)?.abort()
      const isSpare = run.startedAt < oldest || index < runs.length - maxRuns
      if (isSpare || isRunning) this.#runs.delete(run.id)
    }
  }
}

const isSame = (run: About, other: About) =>
  run.agentId === other.agentId && run.accountId === other.accountId

function note(run: ProbeRun, step: ProbeStep): void {
  const index = run.steps.findIndex(known => known.step === step.step)
  if (index === -1) run.steps.push(step)
  else run.steps[index] = step
}
