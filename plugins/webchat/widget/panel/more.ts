import { start } from './word.ts'

type Later = typeof import('./later.ts')

let asked: Promise<Later> | null = null

/** What only those need who write, or who are asked something first: its code and its looks. */
export function later(): Promise<Later> {
  asked ??= Promise.all([import('./later.ts'), look()]).then(([code]) => code)
  // A restart of the server in between is no reason to go without it.
  asked.catch(() => (asked = null))
  return asked
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
