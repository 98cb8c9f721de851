import { tell } from './bridge.ts'
import { start } from './word.ts'

const memory = new Map<string, string>()
const prefix = `sapa:${start.key}:`

/** The frame's own storage; where a browser closes it to frames, the page around keeps it all as one text. */
export function read(name: string): unknown {
  const text = attempt(() => localStorage.getItem(prefix + name)) ?? memory.get(name)
  return text ? attempt(() => JSON.parse(text) as unknown) : null
}

export function write(name: string, value: unknown): void {
  if (value === null) return remove(name)
  const text = JSON.stringify(value)
  const isStored = attempt(() => (localStorage.setItem(prefix + name, text), true))
  // It is in one place only: the other one would bring back what it was before.
  remove(name, isStored === true)
  if (isStored) return
  memory.set(name, text)
  handOver()
}

/** Names that begin so; a value each, so that two tabs do not overwrite one another. */
export function names(beginning: string): string[] {
  const stored = attempt(() => Object.keys(localStorage)) ?? []
  const own = stored.filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length))
  return [...new Set([...own, ...memory.keys()])].filter(name => name.startsWith(beginning))
}

export function remove(name: string, isStored = false): void {
  if (memory.delete(name)) handOver()
  if (!isStored) attempt(() => localStorage.removeItem(prefix + name))
}

export function removeAll(): void {
  for (const name of names('')) remove(name)
}

/** What the page around has kept since the last visit. */
export function recall(kept: string | null): void {
  const entries = attempt(() => JSON.parse(kept ?? '[]') as [string, string][]) ?? []
  for (const [name, text] of entries) if (!memory.has(name)) memory.set(name, text)
}

function handOver(): void {
  tell({ sapa: 'keep', text: memory.size > 0 ? JSON.stringify([...memory]) : null })
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
