import { backoff } from './pause.ts'
import { start } from './word.ts'

type Later = typeof import('./later.ts')

let asked: Promise<Later> | null = null

/** What only those need who write, or who are asked something first: its code and its looks. */
export function later(): Promise<Later> {
  asked ??= Promise.all([bring(), look()]).then(([code]) => code)
  return asked
}

/** A restart of the server in between is no reason to go without it. */
async function bring(failures = 0): Promise<Later> {
  try {
    return await import('./later.ts')
  } catch {
    await new Promise(resolve => setTimeout(resolve, backoff(failures)))
    return bring(failures + 1)
  }
}

function look(): Promise<void> {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = start.laterStyle
  return new Promise(resolve => {
    link.onload = link.onerror = () => resolve()
    document.head.append(link)
  })
}
