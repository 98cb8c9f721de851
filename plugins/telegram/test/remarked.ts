const signs: Record<string, string> = {
  bold: '**',
  italic: '_',
  strikethrough: '~',
  code: '`',
  pre: '```'
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
    const [before, after] = type === 'text_link' ? ['[', `](${url})`] : [sign, sign]
    return [
      { at: offset, sign: before },
      { at: offset + length, sign: after }
    ]
  })
  return marks
    .toSorted((a, b) => b.at - a.at)
    .reduce((shown, { at, sign }) => shown.slice(0, at) + sign + shown.slice(at), text)
}
