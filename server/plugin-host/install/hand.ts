import type { RunningPlugins } from '../running.ts'
import type { HostTools } from '../tools.ts'
import type { Installs } from './installs.ts'

/** What installing, updating and removing work with. */
export interface Hand {
  tools: HostTools
  installs: Installs
  running: RunningPlugins
}
