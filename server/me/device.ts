const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari']
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux']
]

/** "Chrome, Android": enough to recognise one's own phone in a list of sessions. */
export function deviceOf(userAgent: string | null): string | null {
  const found = [browsers, systems].map(
    known => known.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1]
  )
  return found.filter(Boolean).join(', ') || null
}
