/** When it was written. A clock that runs ahead must not hold a conversation at the top for ever. */
export function writtenAt(at: number, now: Date): number {
  return Number.isFinite(at) && at > 0 ? Math.min(Math.round(at), now.getTime()) : now.getTime()
}

/** A subject as one line. */
export function oneLine(text: string | undefined, maxLength = 500): string {
  return (text ?? '')
    .slice(0, maxLength * 4)
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, maxLength)
}
