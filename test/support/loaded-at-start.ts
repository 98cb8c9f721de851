import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Packages that come with these compiled files at once, not only when something asks for them. */
export function loadedAtStart(files: string[]): Set<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const waiting = [...files]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const name of importsOf(readFileSync(file, 'utf8'))) {
      if (name.startsWith('.')) waiting.push(join(dirname(file), name))
      else packages.add(name)
    }
  }
  return packages
}

/** Types are gone from compiled code, and `import()` waits. */
function importsOf(code: string): string[] {
  const found = code.matchAll(/^(?:import|export)(?:[^'"();=]*\bfrom)?\s*['"]([^'"\n]+)['"]/gm)
  return [...found].flatMap(([, name]) => (name?.endsWith('.json') ? [] : (name ?? [])))
}
