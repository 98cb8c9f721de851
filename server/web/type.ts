import type { Type as TypeBox } from 'typebox'

export type { Static, TProperties, TSchema } from 'typebox'

type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Intersect'
  | 'Literal'
  | 'Null'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>

type Schema = Record<string, unknown>

/**
 * TypeBox's types over plain JSON Schema. The package itself takes 290 ms and 20 MB at every start;
 * only programs' requests need it, and it comes with the first of them. See `api/validate.ts`.
 */
export const Type = {
  Array: (items: Schema, options?: Schema) => kind('Array', { type: 'array', items, ...options }),
  Boolean: (options?: Schema) => kind('Boolean', { type: 'boolean', ...options }),
  Enum: (values: unknown, options?: Schema) => kind('Enum', { enum: valuesOf(values), ...options }),
  Integer: (options?: Schema) => kind('Integer', { type: 'integer', ...options }),
  Intersect: (allOf: Schema[], options?: Schema) => kind('Intersect', { allOf, ...options }),
  Literal: (value: unknown, options?: Schema) =>
    kind('Literal', { type: typeof value, const: value, ...options }),
  Null: (options?: Schema) => kind('Null', { type: 'null', ...options }),
  Object: objectOf,
  Optional: (schema: Schema) => mark(copyOf(schema), '~optional', true),
  Record: (_key: Schema, value: Schema, options?: Schema) =>
    kind('Record', { type: 'object', patternProperties: { '^.*$': value }, ...options }),
  String: (options?: Schema) => kind('String', { type: 'string', ...options }),
  Union: (anyOf: Schema[], options?: Schema) => kind('Union', { anyOf, ...options }),
  Unknown: (options?: Schema) => kind('Unknown', { ...options }),
  Unsafe: (schema: Schema) => mark({ ...schema }, '~unsafe', null)
} as unknown as Builders

function objectOf(properties: Record<string, Schema>, options?: Schema): Schema {
  const required = Object.keys(properties).filter(key => !('~optional' in (properties[key] ?? {})))
  const rest = { ...(required.length > 0 ? { required } : {}), properties, ...options }
  return kind('Object', { type: 'object', ...rest })
}

const valuesOf = (values: unknown) =>
  Array.isArray(values) ? [...(values as unknown[])] : Object.values(values as object)

// TypeBox's own marks, out of sight of JSON and of Ajv.
const kind = (name: string, schema: Schema) => mark(schema, '~kind', name)
const mark = (schema: Schema, name: string, value: unknown): Schema =>
  Object.defineProperty(schema, name, { value })
const copyOf = (schema: Schema): Schema =>
  Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema))
