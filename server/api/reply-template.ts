import { Type, type Static } from '../web/type.ts'
import type { FilledTemplate } from '../plugin-api/template.ts'
import { line } from './schema.ts'

/** A template and what stands in its fields, as programs name it. */
export const replyTemplate = Type.Object({
  name: line(200),
  language: line(20),
  values: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 2000 })))
})

export const filledTemplate = (
  given: Static<typeof replyTemplate> | undefined
): FilledTemplate | undefined => given && { ...given, values: given.values ?? {} }

export const writtenText = Type.String({
  maxLength: 100_000,
  description: 'Left out with a template, which says it all'
})
