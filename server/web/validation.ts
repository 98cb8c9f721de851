interface SchemaError {
  keyword: string
  instancePath: string
  /** Ajv and TypeBox tell what is missing in their own ways. */
  params?: { missingProperty?: string; requiredProperties?: string[] }
}

/** What the schema refused, as keys of the words per field. */
export function invalidFields(errors: unknown): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const error of Array.isArray(errors) ? (errors as SchemaError[]) : []) {
    for (const name of namesOf(error)) {
      fields[name || 'form'] ??= reasons[error.keyword] ?? 'error.field.invalid'
    }
  }
  return fields
}

function namesOf({ params, instancePath }: SchemaError): string[] {
  const [, field] = instancePath.split('/')
  const missing = params?.requiredProperties ?? params?.missingProperty
  return field === undefined && missing !== undefined ? [missing].flat() : [field ?? '']
}

const reasons: Record<string, string> = {
  required: 'error.field.required',
  minLength: 'error.field.required',
  maxLength: 'error.field.too_long',
  format: 'error.field.format'
}
