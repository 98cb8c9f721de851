import { parentPort, workerData } from 'node:worker_threads'
import type { Hanging } from './hanging.ts'
import { beatsPerHang, maintenance, nobody } from './patience.ts'
import type { WatchData } from './watchdog.ts'

const { dataDir, hangMs, beats, pauses, entered } = workerData as WatchData
const tickMs = hangMs / beatsPerHang
const names = new Map<number, string>()
let lastBeats = -1
let silentTicks = 0
let isLooking = false
let last = { real: Date.now(), steady: performance.now() }

parentPort?.on('message', ({ name, number }: { name: string; number: number }) => {
  names.set(number, name)
})
setInterval(tick, tickMs)

function tick(): void {
  const before = last
  last = { real: Date.now(), steady: performance.now() }
  const count = Atomics.load(beats, 0)
  const isAlive = count !== lastBeats
  lastBeats = count
  if (isAlive || isOdd(before)) silentTicks = 0
  else silentTicks += 1
  const patience = Atomics.load(pauses, 0) > 0 ? maintenance : 1
  if (isLooking || silentTicks < beatsPerHang * patience) return
  isLooking = true
  void look(patience > 1).finally(() => (isLooking = false))
}

/** This thread came late itself, or the clocks disagree: the machine slept or has no time for us. */
function isOdd(before: typeof last): boolean {
  const steady = last.steady - before.steady
  const real = last.real - before.real
  return steady > hangMs / 2 || Math.abs(real - steady) > hangMs / 2
}

/** A plugin's loop ends the process; a stall of our own gets more time, maintenance all it needs. */
async function look(isMaintenance: boolean): Promise<void> {
  // Loaded when it is needed: as long as all is well, this thread should cost little.
  const { findHanging } = await import('./hanging.ts')
  const hanging = await findHanging()
  const isNative = hanging === null
  const found = hanging ?? enteredOnly()
  if (Atomics.load(beats, 0) !== lastBeats || (isNative && isMaintenance)) return forgive(hanging)
  if (found.plugin === null && silentTicks < beatsPerHang * nobody) return forgive(hanging)
  const { plugin, entry, stack } = found
  const { writeCrash } = await import('./crash.ts')
  writeCrash(dataDir, { kind: 'hang', plugin, entry, stack, at: Date.now() })
  process.kill(process.pid, 'SIGKILL')
}

function forgive(hanging: Hanging | null): void {
  hanging?.resume()
}

/** Native code hears no inspector: what is known is who went in and has not come back. */
function enteredOnly(): Pick<Hanging, 'plugin' | 'entry' | 'stack'> {
  const plugin = names.get(Atomics.load(entered, 0)) ?? null
  return { plugin, entry: 'native code', stack: [] }
}
