const replies = [
  're',
  'bls',
  'bal',
  'balas',
  'aw',
  'sv',
  'vs',
  'antw',
  'res',
  'odp',
  'ynt',
  'rif',
  'r',
  'ref',
  'vá',
  '回复',
  '答复',
  '返信'
]
const forwards = [
  'fwd',
  'fw',
  'terusan',
  'trs',
  'tr',
  'wg',
  'rv',
  'enc',
  'vl',
  'doorst',
  'pd',
  'i',
  '转发',
  '転送'
]

interface Prefix {
  word: string
  rest: string
}

/** The matter itself: "RE: Bls[2]: [#1042] Pesanan" becomes "Pesanan". */
export function stripSubject(subject: string): string {
  let rest = subject.trim()
  for (;;) {
    const shorter = withoutTag(withoutPrefix(rest))
    if (shorter === rest) return rest
    rest = shorter
  }
}

export function isForwardSubject(subject: string): boolean {
  let prefix = prefixOf(subject.trim())
  while (prefix && !forwards.includes(prefix.word)) prefix = prefixOf(prefix.rest)
  return prefix !== null
}

/** The reference number in "[#1042]". */
export function numberIn(subject: string): number | undefined {
  const match = /\[#(\d{1,12})\]/.exec(subject)
  return match ? Number(match[1]) : undefined
}

const withoutPrefix = (subject: string): string => prefixOf(subject)?.rest ?? subject
const withoutTag = (subject: string): string => subject.replace(/^\[#\d{1,12}\]/, '').trimStart()

function prefixOf(subject: string): Prefix | null {
  const match = /^(\p{L}{1,7})(?:\[\d{1,3}\]|\(\d{1,3}\))?[ ]?[:：]/u.exec(subject)
  if (!match) return null
  const word = match[1]!.toLowerCase()
  if (!replies.includes(word) && !forwards.includes(word)) return null
  return { word, rest: subject.slice(match[0].length).trimStart() }
}
