const longest = 2_000

/** A sender's file name as it may be shown and offered: one readable line, never a path. */
export function cleanFilename(name: string | undefined, fallback = 'file'): string {
  // Cut first: the patterns below are tried at every sign of a hostile name.
  const line = (name ?? '')
    .slice(0, longest)
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .replaceAll(/[\\/:*?"<>|]+/g, '_')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
  return shorten(line) || fallback
}

/** Keeps the ending, by which people know what a file is. */
function shorten(name: string): string {
  const letters = [...name]
  if (letters.length <= 200) return name
  const ending = /\.[^.]{1,12}$/.exec(name)?.[0] ?? ''
  return letters.slice(0, 200 - ending.length).join('') + ending
}
