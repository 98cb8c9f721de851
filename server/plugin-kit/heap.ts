import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How much memory is really held, seen after the garbage is gone. */
export async function heapInUse() {
  const collect = collector()
  const held = async () => {
    // What lies outside of the heap is given back a turn later.
    collect()
    await new Promise(resolve => setTimeout(resolve, 5))
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const start = await held()
  let most = start
  return {
    sample: async () => void (most = Math.max(most, await held())),
    /** At its highest sample, bytes. */
    growth: () => most - start
  }
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
