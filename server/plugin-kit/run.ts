import { createHmac } from 'node:crypto'
import { apiVersion } from '../plugin-host/manifest.ts'
import type { Case, Stage } from './case/case.ts'
import { cases } from './cases.ts'
import { endOf, Failed } from './check.ts'
import { emptyDatabase, install } from './installation.ts'
import { withCode, type Place } from './place.ts'
import { requestOf } from './request.ts'
import { tierOf, type CaseResult, type Report } from './report.ts'
import type { ChannelSpec } from './spec.ts'
import type { KitTools } from './spec-tools.ts'
import { startHttp } from './stand-in/http.ts'
import { startTcp } from './stand-in/tcp.ts'
import { kitTiming } from './timing.ts'
import { World } from './world.ts'

export interface CheckOptions {
  /** Numbers of the cases to run; the others are told as not checked. Default: all. */
  only?: readonly number[]
  /** How long a case waits for what should come, milliseconds. Default: 20,000. */
  soonMs?: number | undefined
  /** Told after each case. */
  onResult?: (result: CaseResult) => void
}

/** Of a case that hangs; what ends at all ends in time on a slow and busy machine, too. */
const caseMs = 400_000

/** Puts one channel of a plugin to the test. `plugin` is its folder, or the id of a bundled one. */
export function checkChannel(
  plugin: string,
  spec: ChannelSpec,
  options: CheckOptions = {}
): Promise<Report> {
  return withCode(plugin, place => runCases(place, spec, options))
}

export async function runCases(
  place: Place,
  spec: ChannelSpec,
  options: CheckOptions
): Promise<Report> {
  const faults = watchFaults()
  try {
    const database = await emptyDatabase()
    const results: CaseResult[] = []
    for (const one of cases) {
      const start = Date.now()
      const isWanted = options.only?.includes(one.number) ?? true
      const found = isWanted
        ? await runCase(one, { place, spec, database, soonMs: options.soonMs }, faults.take)
        : { outcome: 'not checked' as const, reason: 'not asked for' }
      const { number, name, tier } = one
      results.push({ number, name, tier, ...found, ms: Date.now() - start })
      options.onResult?.(results.at(-1)!)
    }
    return reportOf(place, spec, results)
  } finally {
    faults.stop()
  }
}

function reportOf(place: Place, spec: ChannelSpec, results: CaseResult[]): Report {
  return {
    plugin: place.id,
    version: place.manifest.version,
    channel: spec.channel,
    api: apiVersion,
    at: new Date().toISOString(),
    tier: tierOf(results),
    cases: results
  }
}

interface Run {
  place: Place
  spec: ChannelSpec
  database: Uint8Array
  soonMs: CheckOptions['soonMs']
}

type Found = Pick<CaseResult, 'outcome' | 'reason'>

async function runCase(one: Case, run: Run, takeFaults: () => string[]): Promise<Found> {
  const closers: (() => Promise<void>)[] = []
  const found = await judge(one, stageOf(run, closers))
  for (const close of closers.toReversed()) await endOf(close(), 30_000)
  const [fault] = takeFaults()
  if (fault === undefined || found.outcome === 'failed') return found
  return { outcome: 'failed', reason: `an error that nobody caught: ${fault}` }
}

async function judge(one: Case, stage: Stage): Promise<Found> {
  let skip: Found | void = undefined
  const ended = await endOf(
    Promise.resolve()
      .then(() => one.check(stage))
      .then(answer => (skip = answer)),
    caseMs
  )
  if (!ended) return { outcome: 'failed', reason: `took longer than ${caseMs / 1000} s` }
  if ('error' in ended) return { outcome: 'failed', reason: reasonOf(ended.error) }
  return skip ?? { outcome: 'passed' }
}

function reasonOf(error: unknown): string {
  if (error instanceof Failed) return error.message
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.slice(0, 500)
}

function stageOf({ place, spec, database, soonMs }: Run, closers: (() => Promise<void>)[]): Stage {
  return {
    place,
    spec,
    async world(options = {}) {
      const standIns = new Map<string, string>()
      const told: { world?: World } = {}
      const provider = await spec.start(toolsFor(standIns, closers, told))
      closers.push(() => provider.stop())
      const timing = kitTiming()
      const installation = await install(options.place ?? place, database, timing, standIns)
      closers.push(() => installation.close())
      return (told.world = new World({ spec, provider, timing, installation, soonMs }))
    }
  }
}

function toolsFor(
  standIns: Map<string, string>,
  closers: (() => Promise<void>)[],
  told: { world?: World }
): KitTools {
  return {
    async http(answer, options = {}) {
      const server = await startHttp(answer, options, standIns)
      closers.push(server.stop)
      return server
    },
    async tcp(to) {
      const gate = await startTcp(to)
      closers.push(gate.stop)
      return gate
    },
    async request(request) {
      if (!told.world) throw new Error('Sapa is not there yet: `stands` is told when it is')
      return requestOf(told.world, request)
    },
    hmac: (algorithm, key, text) => createHmac(algorithm, key).update(text).digest('hex')
  }
}

/** What the plugin lets fall must fail its case and not end the run. */
function watchFaults() {
  const faults: string[] = []
  const note = (error: unknown) => void faults.push(reasonOf(error))
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  return {
    take: () => faults.splice(0),
    stop() {
      process.off('unhandledRejection', note)
      process.off('uncaughtException', note)
    }
  }
}
