/** A file such as `/widget.js`, or with a slash at the end all below a folder, such as `/chat/`. */
const shape = /^(?:\/[a-z0-9](?:[\w-]|\.(?!\.))*)+\/?$/i

/** What is wrong with one of the `paths` of a plugin.json; null when nothing is. */
export function pathProblem(path: string): string | null {
  if (path.length > 100) return 'is too long'
  if (shape.test(path)) return null
  return 'must look like /widget.js or /chat/'
}

/** By this Sapa's own addresses are told from others. */
export function firstSegment(path: string): string {
  return path.split('/')[1] ?? ''
}

/** Whether what is asked for is one of them or lies below. */
export function isWithin(path: string, claimed: string): boolean {
  return claimed.endsWith('/') ? path.startsWith(claimed) : path === claimed
}
