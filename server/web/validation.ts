interface AjvError {
  keyword: string
  instancePath: string
  params?: { missingProperty?: string }
}

/** What the schema refused, as keys of the words per field. */
export function invalidFields(errors: unknown): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const error of Array.isArray(errors) ? (errors as AjvError[]) : []) {
    const name = error.params?.missingProperty ?? error.instancePath.split('/')[1] ?? ''
    fields[name || 'form'] ??= reasons[error.keyword] ?? 'error.field.invalid'
  }
  return fields
}

const reasons: Record<string, string> = {
  required: 'error.field.required',
  minLength: 'error.field.required',
  maxLength: 'error.field.too_long',
  format: 'error.field.format'
}
