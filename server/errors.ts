type ErrorValues = Record<string, string | number | { en: string; id: string }>

/** An expected refusal. `code` is a key of the words (`error.<code>`); `values` fill the text. */
export class DomainError extends Error {
  readonly code: string
  readonly status: number
  readonly values: ErrorValues

  constructor(code: string, status: number, values: ErrorValues = {}) {
    super(code)
    this.name = 'DomainError'
    this.code = code
    this.status = status
    this.values = values
  }
}

/** 404. `what` is a table name, for the log. */
export const notFound = (what: string) => new DomainError('not_found', 404, { what })

/** 403 */
export const forbidden = () => new DomainError('forbidden', 403)

/** 409: the thing has changed since, or is not in a state that allows it. */
export const conflict = (code: string, values: ErrorValues = {}) =>
  new DomainError(code, 409, values)

/** 422 with a reason for each field; the reasons are keys of the words. */
export class InvalidInput extends DomainError {
  readonly fields: Record<string, string>

  constructor(fields: Record<string, string>) {
    super('invalid', 422)
    this.fields = fields
  }
}
