import {
  eventRules,
  filterRules,
  type EventName,
  type FilterName,
  type HookContext
} from '../../plugin-api/hooks.ts'
import type { Dispose } from '../../plugin-api/plugin.ts'
import { assertOn, type Active } from '../active.ts'
import type { Consumer } from './consumer.ts'
import type { FilterHandler, Listener } from './hooks.ts'
import type { PluginHooks } from './open.ts'
import { Refused } from './refused.ts'

const usualPriority = 10
const longestMs = 10_000

/** Filters, listeners and consumers of one plugin. */
export function hooksOf(
  { hooks, feed, consumers }: PluginHooks,
  active: Active,
  keep: (dispose: Dispose) => Dispose
): HookContext {
  const plugin = active.id
  return {
    filter(name, handler, options = {}) {
      assertKnown(active, name, filterRules)
      const work = handler as FilterHandler['work']
      const { priority = usualPriority } = options
      const timeoutMs = Math.min(options.timeoutMs ?? filterRules[name].timeoutMs, longestMs)
      const { title } = active.manifest
      const entry = { plugin, title, priority, timeoutMs, work }
      active.provided.add(`filter:${name}`)
      return keep(hooks.addFilter(name, entry))
    },
    on(name, handler) {
      assertKnown(active, name, eventRules)
      const dispose = keep(hooks.addListener(name, { plugin, work: handler as Listener['work'] }))
      if (eventRules[name].isDurable) void feed.begin(name)
      return dispose
    },
    consume(name, key, handler, { from = 'now' } = {}) {
      assertKnown(active, name, eventRules)
      if (!eventRules[name].isDurable) throw new Error(`${name} cannot be consumed, only heard`)
      if (!/^[\w-]{1,40}$/.test(key)) throw new Error(`The key ${key} must match [\\w-]{1,40}`)
      const work = handler as Consumer['work']
      return keep(consumers.add({ plugin, key, name, from, work, signal: active.stop.signal }))
    },
    refuse: why => new Refused(why)
  }
}

function assertKnown(
  active: Active,
  name: string,
  rules: { [Name in FilterName]: unknown } | { [Name in EventName]: unknown }
): void {
  assertOn(active)
  if (!Object.hasOwn(rules, name)) throw new Error(`There is no hook ${name}`)
}
