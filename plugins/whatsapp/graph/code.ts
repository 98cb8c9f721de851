import type { FailureKind } from 'sapa/plugin-api'

/** What Meta's numbers mean for Sapa. Titles are not asked: Meta changes them and will drop them. */
const kinds: Record<string, FailureKind> = {
  ...all('auth', '0 3 10 190 131005 131031 131042 131045 133010 368'),
  ...all('rate_limited', '4 80007 80008 130429 131048 131056 131064 133016'),
  ...all('temporary', '1 2 131000 131016 131057 133004'),
  ...all('window_closed', '131047'),
  ...all('blocked', '131026'),
  ...all('permanent', '33 100 130472 130497 131008 131009 131021 131030 131049 131050 131051'),
  ...all('permanent', '131052 131053 131055 131062 132000 132001 132005 132007 132012 132015'),
  ...all('permanent', '132016 132068 132069')
}

function all(kind: FailureKind, codes: string): Record<string, FailureKind> {
  return Object.fromEntries(codes.split(' ').map(code => [code, kind]))
}

/** Undefined: a code that we do not know. */
export function kindOf(code: string): FailureKind | undefined {
  if (/^2\d\d$/.test(code)) return 'auth'
  return Object.hasOwn(kinds, code) ? kinds[code] : undefined
}
