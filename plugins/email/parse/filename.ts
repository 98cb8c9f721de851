const maxBytes = 150

/** A file name that is safe to show and to save: no folder, no control or direction characters, not too long. */
export function cleanFilename(name: string | undefined): string | undefined {
  const base = (name ?? '').slice(0, 2_000).split(/[/\\]/).at(-1)!
  const clean = base
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .normalize('NFC')
    .trim()
  if (clean === '' || clean === '.' || clean === '..') return undefined
  return cap(clean)
}

/** Cuts the stem, so that the extension stays. */
function cap(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : ''
  const stem = [...name.slice(0, name.length - extension.length)]
  let room = maxBytes - Buffer.byteLength(extension)
  const kept: string[] = []
  for (const character of stem) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    kept.push(character)
  }
  return kept.join('') + extension
}
