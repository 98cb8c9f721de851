import { Type, type Static, type TProperties, type TSchema } from '../web/type.ts'
import { InvalidInput } from '../errors.ts'

/** A named schema of the description, used by its name. */
export const ref = <T extends TSchema>(schema: T, description: string) =>
  Type.Unsafe<Static<T>>({
    $ref: `${(schema as { $id?: string }).$id ?? ''}#`,
    description
  })

export const nullable = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [(schema as { type?: string }).type, 'null'] })

const largest = Number.MAX_SAFE_INTEGER
export const id = Type.Integer({ minimum: 1, maximum: largest })
export const line = (maxLength: number) => Type.String({ minLength: 1, maxLength })
/** Moments are told in ISO 8601, UTC. */
export const moment = Type.String({ format: 'date-time' })
export const nullableId = nullable(Type.Integer())
export const nullableText = nullable(Type.String())
export const nullableMoment = nullable(moment)

export const idParams = Type.Object({ id })

export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default: 50' })),
  cursor: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,15}(-[0-9]{1,15})?$',
      description: 'The `next` of the page before'
    })
  )
}

export const pageOf = <T extends TSchema>(item: T, description: string) =>
  Type.Object(
    {
      data: Type.Array(ref(item, '')),
      next: nullable(
        Type.String({ description: 'The `cursor` of the next page; null on the last one' })
      )
    },
    { description }
  )

export const failure = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'Does not change; for programs' }),
      message: Type.String({ description: "For people, in the language of the token's owner" }),
      details: Type.Optional(
        Type.Object(
          {},
          { additionalProperties: true, description: 'With 409: `closes_at` of `window_closed` …' }
        )
      ),
      reference: Type.Optional(Type.String({ description: 'Stands in the log, too' })),
      fields: Type.Optional(
        Type.Object(
          {},
          { additionalProperties: Type.String(), description: 'What is wrong with each' }
        )
      )
    })
  },
  { $id: 'Error' }
)

const refusals = {
  400: ref(failure, 'Not readable'),
  401: ref(failure, 'No valid token'),
  403: ref(failure, "The token's owner may not do this"),
  404: ref(failure, 'Does not exist, or is not to be seen'),
  409: ref(failure, 'Is not in a state that allows it'),
  413: ref(failure, 'Too large'),
  415: ref(failure, 'Not JSON'),
  422: ref(failure, 'Some fields are not right'),
  429: ref(failure, 'Too many requests: wait `Retry-After` seconds')
}

interface Facts {
  response: Record<number, TSchema>
}

/** The whole schema of a route: what is the same for all is added here. */
export function described<const T extends Facts>(tag: string, summary: string, facts: T): T {
  const common = { tags: [tag], summary, security: [{ token: [] }] }
  return { ...common, ...facts, response: { ...facts.response, ...refusals } }
}

/** For every POST: see `once.ts`. */
export const onceHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      ...{ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
      description: 'The same key with the same body is done once and answered alike for a day'
    })
  )
})

export const named = <T extends TProperties>(name: string, properties: T) =>
  Type.Object(properties, { $id: name })

/** Milliseconds as they are stored, told as ISO 8601. */
export function told(at: number): string
export function told(at: number | null): string | null
export function told(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** The cursor of lists that stand in the order of their ids. */
export function idOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d+$/.test(cursor)) throw new InvalidInput({ cursor: 'error.field.invalid' })
  return Number(cursor)
}

/** Cuts what was read with one row more than asked. */
export function cutPage<Row extends { id: number }>(rows: Row[], limit: number) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last ? String(last.id) : null }
}

export const defaultLimit = 50
