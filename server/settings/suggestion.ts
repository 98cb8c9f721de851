import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import { fromBrowser } from '../plugin-host/form/form.ts'

const timeoutMs = 6_000

/**
 * What the channel would fill in for what was typed, by field. Fields that somebody has filled in
 * with something else are left alone; `before` is what was suggested the last time.
 */
export async function suggestFields(
  { settings: schema, suggest }: ChannelDefinition,
  body: Record<string, unknown>,
  before: SettingsValues
): Promise<SettingsValues> {
  if (!suggest) return {}
  const typed = fromBrowser(schema, body) as SettingsValues
  const answer = await suggest(typed, AbortSignal.timeout(timeoutMs)).catch(() => typed)
  const isFree = (name: string) => {
    const value = String(typed[name] ?? '')
    return [
      '',
      'undefined',
      String(schema[name]?.default ?? ''),
      String(before[name] ?? '')
    ].includes(value)
  }
  return Object.fromEntries(
    Object.entries(answer).filter(
      ([name, value]) =>
        schema[name] !== undefined &&
        schema[name].type !== 'secret' &&
        value !== undefined &&
        String(value) !== String(typed[name] ?? '') &&
        isFree(name)
    )
  )
}

/** What the form remembers of the last suggestion. */
export function readSuggested(text: unknown): SettingsValues {
  if (typeof text !== 'string' || text === '') return {}
  try {
    const known: unknown = JSON.parse(text)
    return typeof known === 'object' && known !== null ? (known as SettingsValues) : {}
  } catch {
    return {}
  }
}
