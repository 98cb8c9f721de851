const common = [
  'Asia/Jakarta',
  'Asia/Makassar',
  'Asia/Jayapura',
  'Asia/Singapore',
  'Asia/Kuala_Lumpur',
  'UTC'
]

/** The zones of Indonesia first, then all others. */
export function timeZones(own: string): string[] {
  return [...new Set([...common, own, ...Intl.supportedValuesOf('timeZone')])]
}
