const signs: Record<string, string> = {
  bold: '**',
  italic: '_',
  strikethrough: '~',
  code: '`'
}

interface Entity {
  type: string
  offset: number
  length: number
  url?: string
}

/** What was sent as its agent wrote it: with the marks that became entities. */
export function remarked(message: Record<string, unknown>): string {
  const text = (message['text'] ?? message['caption'] ?? '') as string
  const entities = (message['entities'] ?? message['caption_entities'] ?? []) as Entity[]
  const marks = entities.flatMap(({ type, offset, length, url }) => {
    const sign = signs[type] ?? ''
    const lines = type === 'blockquote' ? text.slice(offset, offset + length).split('\n') : []
    if (lines.length > 0) {
      const starts = lines.map((_, n) => lines.slice(0, n).join('\n').length + (n > 0 ? 1 : 0))
      return starts.map(at => ({ at: offset + at, sign: '> ' }))
    }
    const [before, after] = around(type, url) ?? [sign, sign]
    return [
      { at: offset, sign: before },
      { at: offset + length, sign: after }
    ]
  })
  return marks
    .toSorted((a, b) => b.at - a.at)
    .reduce((shown, { at, sign }) => shown.slice(0, at) + sign + shown.slice(at), text)
}

function around(type: string, url = ''): [string, string] | null {
  if (type === 'pre') return ['```\n', '\n```']
  return type === 'text_link' ? ['[', `](${url})`] : null
}
