const memory: Record<string, string | null | undefined> = {}

/** The page's own storage, never a cookie; a session's where that is closed, this page's life at worst. */
export function read(name: string): string | null {
  return inStorages(storage => storage.getItem(name)) ?? memory[name] ?? null
}

export function keep(name: string, text?: string | null): void {
  const isKept = inStorages(storage => {
    if (text) storage.setItem(name, text)
    else storage.removeItem(name)
    return text
  })
  if (isKept) delete memory[name]
  else memory[name] = text
}

/** Even to ask for a storage throws where it is forbidden. */
function inStorages<T>(work: (storage: Storage) => T): T | null {
  let found: T | null = null
  for (const kind of ['localStorage', 'sessionStorage'] as const) {
    try {
      found ??= work(window[kind])
    } catch {
      // The next one, or none.
    }
  }
  return found
}
