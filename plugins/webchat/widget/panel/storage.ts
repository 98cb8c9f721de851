import { start } from './word.ts'

const memory = new Map<string, string>()
const prefix = `sapa:${start.key}:`

/** The frame's own storage; where a browser closes it to frames, this page's life. */
export function read(name: string): unknown {
  const text = attempt(() => localStorage.getItem(prefix + name)) ?? memory.get(name)
  return text ? attempt(() => JSON.parse(text) as unknown) : null
}

export function write(name: string, value: unknown): void {
  const text = JSON.stringify(value)
  if (value === null) return remove(name)
  if (attempt(() => (localStorage.setItem(prefix + name, text), true)) === null) {
    memory.set(name, text)
  }
}

/** Names that begin so; a value each, so that two tabs do not overwrite one another. */
export function names(beginning: string): string[] {
  const stored = attempt(() => Object.keys(localStorage)) ?? []
  const own = stored.filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length))
  return [...own, ...memory.keys()].filter(name => name.startsWith(beginning))
}

export function remove(name: string): void {
  memory.delete(name)
  attempt(() => localStorage.removeItem(prefix + name))
}

export function removeAll(): void {
  for (const name of names('')) remove(name)
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
