/** Time zones to choose from, those of Indonesia first, under the names people use. */
export function timeZoneChoices(chosen: string): { value: string; label: string }[] {
  const near = [
    { value: 'Asia/Jakarta', label: 'WIB · Asia/Jakarta' },
    { value: 'Asia/Makassar', label: 'WITA · Asia/Makassar' },
    { value: 'Asia/Jayapura', label: 'WIT · Asia/Jayapura' }
  ]
  const known = new Set(near.map(zone => zone.value))
  const others = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])
  return [
    ...near,
    ...[...others].filter(zone => !known.has(zone)).map(zone => ({ value: zone, label: zone }))
  ]
}
