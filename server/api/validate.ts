import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
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
export function validatorOf({ schema, httpPart }: Part) {
  const check = Compile(schema)
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : Value.Convert(schema, given)
    if (check.Check(value)) return { value }
    return { error: new InvalidInput(invalidFields(check.Errors(value))) }
  }
}
