const leftovers = new Set<() => void>()
let isWatching = false

/** Kills what a test that dies early would leave running. Returns a function that forgets it. */
export function atExit(cleanUp: () => void): () => void {
  if (!isWatching) process.once('exit', () => leftovers.forEach(run => run()))
  isWatching = true
  leftovers.add(cleanUp)
  return () => leftovers.delete(cleanUp)
}
