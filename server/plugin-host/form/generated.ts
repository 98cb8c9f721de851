import type { SettingsSchema } from '../../plugin-api/settings.ts'
import { randomCode } from '../../secret/token.ts'
import type { StoredForm } from './form.ts'

const letters = 32

/** The form with what Sapa makes itself. What was typed counts, and what is stored stays. */
export function withGenerated(
  schema: SettingsSchema,
  body: Record<string, unknown>,
  previous: StoredForm
): Record<string, unknown> {
  const given = { ...body }
  for (const [name, { isGenerated, type }] of Object.entries(schema)) {
    if (!isGenerated || isText(body[name])) continue
    // A stored secret is kept by being left empty.
    if (type === 'secret' && isText(previous.secrets[name])) continue
    const stored = previous.settings[name]
    given[name] = isText(stored) ? stored : randomCode(letters)
  }
  return given
}

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== ''
