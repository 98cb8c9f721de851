import type { Logger } from 'pino'
import type { Db } from '../../db/schema.ts'
import type { Calls } from '../call/call.ts'
import { Consumers } from './consumers.ts'
import { Feed } from './feed.ts'
import { Hooks } from './hooks.ts'

export interface PluginHooks {
  hooks: Hooks
  feed: Feed
  consumers: Consumers
  /** Resolves when plugins have heard of everything that has committed. */
  settled(): Promise<void>
  stop(): void
}

export function openHooks(parts: {
  db: Db
  calls: Calls
  log: Logger
  clock: () => Date
}): PluginHooks {
  const hooks = new Hooks(parts.calls)
  const feed = new Feed(parts.db, hooks, parts.log)
  const consumers = new Consumers(parts)
  return {
    ...{ hooks, feed, consumers },
    settled: async () => {
      await feed.settled()
      await consumers.settled()
    },
    stop: () => {
      feed.stop()
      consumers.stop()
    }
  }
}
