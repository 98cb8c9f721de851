import { removeFolder } from '../support/temporary.ts'
import { median } from './figure.ts'
import { install } from './installation.ts'
import type { Part } from './part.ts'
import { run } from './process.ts'

/** How long until it answers, and how much memory it holds when nobody asks for anything. */
export const start: Part = {
  name: 'start',
  async measure({ size, rounds }, tell) {
    const { dataDir } = await install(size)
    const env = { DATA_DIR: dataDir }
    const seen = { sapa: [] as Start[], bare: [] as Start[] }
    for (let round = -1; round < Math.max(rounds, 5); round++) {
      const sapa = await one('server/main.js', '/readyz', env)
      const bare = await one('test/bench/bare.js', '/list', env)
      if (round < 0) continue // the first start migrates the plugins and warms the disk
      seen.sapa.push(sapa)
      seen.bare.push(bare)
    }
    const middle = (name: keyof typeof seen, key: keyof Start) =>
      median(seen[name].map(found => found[key]))
    tell({
      what: 'start: exec to first 200',
      unit: 'ms',
      sapa: middle('sapa', 'ms'),
      bare: middle('bare', 'ms'),
      budget: { of: 'ratio', atMost: 1.5 }
    })
    tell({
      what: 'start: processor time until idle',
      unit: 'ms',
      sapa: middle('sapa', 'cpu'),
      bare: middle('bare', 'cpu')
    })
    tell({
      what: 'idle RSS, all bundled plugins on',
      unit: 'MB',
      sapa: middle('sapa', 'rss'),
      bare: middle('bare', 'rss'),
      budget: { of: 'ratio', atMost: 1.5 }
    })
    removeFolder(dataDir)
  }
}

interface Start {
  ms: number
  cpu: number
  rss: number
}

async function one(script: string, path: string, env: Record<string, string>): Promise<Start> {
  const server = await run(script, path, env)
  await new Promise(resolve => setTimeout(resolve, 1200))
  const found = { ms: server.startMs, cpu: server.cpuMs(), rss: server.rssMb() }
  await server.stop()
  return found
}
