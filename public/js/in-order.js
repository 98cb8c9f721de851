const longestMs = 10_000

/** Posts that do not overtake each other: the next one leaves when the one before it is through. */
export function inOrder() {
  let last = Promise.resolve()
  return (url, init) => {
    last = last.then(() => tell(url, { ...init, signal: AbortSignal.timeout(longestMs) }))
  }
}

/** Also when the page is being left; nobody waits for the answer. */
export const tell = (url, init) => fetch(url, { ...init, keepalive: true }).catch(() => {})
