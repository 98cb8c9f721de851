import type { Text } from 'sapa/plugin-api'

/** A moment in both languages, as the business's clocks show it. */
export function moment(at: number, timeZone: string): Text {
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone } as const
  const write = (locale: string) => new Intl.DateTimeFormat(locale, style).format(at)
  return { en: write('en-GB'), id: write('id-ID') }
}
