import type { PanelWord, Start } from '../../panel/words.ts'

/** What the server has put into the page. */
export const start = JSON.parse(document.getElementById('start')?.textContent ?? '{}') as Start

export function word(key: PanelWord, values: Record<string, string | number> = {}): string {
  return (start.words[key] ?? key).replace(/\{(\w+)\}/g, (all, name: string) =>
    String(values[name] ?? all)
  )
}
