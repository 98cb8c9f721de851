/**
 * `AbortSignal.any` whose sources live as long as it does. By itself it holds them weakly: in Node 20 a time limit that
 * nobody else holds is collected and never comes.
 */
export function anySignal(...signals: (AbortSignal | null | undefined)[]): AbortSignal {
  const sources = signals.filter(signal => signal instanceof AbortSignal)
  return Object.assign(AbortSignal.any(sources), { sources })
}
