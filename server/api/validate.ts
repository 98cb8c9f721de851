import type { TSchema } from '../web/type.ts'
import { InvalidInput } from '../errors.ts'
import { invalidFields } from '../web/validation.ts'

interface Part {
  schema: TSchema
  httpPart?: string
}

/**
 * Bodies are taken as they are: a number is no text, and nothing is no empty text. What stands in
 * an address is text, so there numbers are read from it.
 */
export function validatorOf(part: Part): (given: unknown) => Checked {
  let check: ((given: unknown) => Checked) | undefined
  return given => (check ??= compile(part))(given)
}

/** The library is large, and without programs nobody needs it: it comes with their first request. */
export async function loadValidator(): Promise<void> {
  library ??= await Promise.all([import('typebox/compile'), import('typebox/value')])
}

let library: [typeof import('typebox/compile'), typeof import('typebox/value')] | undefined

type Checked = { value: unknown } | { error: InvalidInput }

function compile({ schema, httpPart }: Part): (given: unknown) => Checked {
  if (!library) throw new Error('The validator is not loaded')
  const [{ Compile }, { Value }] = library
  const check = Compile(schema)
  return given => {
    const value = httpPart === 'body' ? given : Value.Convert(schema, given)
    if (check.Check(value)) return { value }
    return { error: new InvalidInput(invalidFields(check.Errors(value))) }
  }
}
