import { AsyncLocalStorage } from 'node:async_hooks'
import { root } from '../paths.ts'
import { enter, leave } from './boot/entered.ts'

/** Whose code runs, and by which way it was entered. */
interface Entry {
  plugin: string
  entry: string
}

const storage = new AsyncLocalStorage<Entry>()

/** Runs a plugin's code; whatever it starts, also later, is known as the plugin's. */
export function runAs<T>(plugin: string, entry: string, work: () => T): T {
  const before = enter(plugin)
  try {
    return storage.run({ plugin, entry }, work)
  } finally {
    leave(before)
  }
}

/** Native code after an await: the watchdog must know whose it is while nothing can be asked. */
export function runNamed<T>(work: () => T): T {
  const entry = storage.getStore()
  if (!entry) return work()
  const before = enter(entry.plugin)
  try {
    return work()
  } finally {
    leave(before)
  }
}

/** The plugin whose code runs now, also after an await; null while it is our own. */
export function running(): Readonly<Entry> | null {
  return storage.getStore() ?? null
}

/**
 * Who is to blame for an error that nobody caught: the plugin whose code ran, or the first frame of
 * the stack that lies in a plugin's folder. Null: it is our own.
 */
export function blame(error: unknown): string | null {
  const entry = storage.getStore()
  if (entry) return entry.plugin
  return error instanceof Error ? pluginOf(error.stack ?? '') : null
}

/** The plugin whose folder comes first in a stack. Sapa itself may lie in a folder called plugins. */
export function pluginOf(stack: string): string | null {
  return inPlugin.exec(stack.replaceAll(root, ''))?.[1] ?? null
}

/** A bundled plugin lies in `plugins/<id>/`, others run from `plugins/.versions/<id>/`. */
const inPlugin = /[\\/]plugins[\\/](?:\.versions[\\/])?([a-z][a-z0-9-]{1,30})[\\/]/

/** The same object, whose functions are called through `call`; those in `instead` take the place of its own. */
export function attributed<T extends object>(
  target: T,
  call: (name: string, work: () => unknown) => unknown,
  instead: Partial<T> = {}
): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(Object.hasOwn(instead, name) ? instead : object, name)
      if (typeof value !== 'function') return value
      const method = value as (...args: unknown[]) => unknown
      return (...args: unknown[]) => call(String(name), () => method.apply(object, args))
    }
  })
}
