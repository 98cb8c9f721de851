/** Two letters and one of six tints (1 to 6) for a person; 0 for nobody; the same name always looks the same. */
export interface Avatar {
  initials: string
  tint: number
  name: string
}

const tints = 6

export function avatarOf(name: string): Avatar {
  const words = name.match(/\p{L}+/gu) ?? []
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words
  const initials = letters.map(word => (word ? [...word][0] : '')).join('')
  return { initials: initials.toUpperCase(), tint: name ? (hash(name) % tints) + 1 : 0, name }
}

function hash(text: string): number {
  let sum = 7
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return sum
}
