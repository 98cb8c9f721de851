/** A request that is not done, for a reason which the panel can tell. */
export class Refusal extends Error {
  readonly status: number
  readonly code: RefusalCode
  readonly retryAfterMs: number | null

  constructor(code: RefusalCode, retryAfterMs: number | null = null) {
    super(code)
    this.status = statuses[code]
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

export type RefusalCode = keyof typeof statuses

const statuses = {
  invalid: 400,
  empty: 400,
  too_long: 400,
  too_many_files: 400,
  origin: 403,
  proof: 403,
  proof_expired: 403,
  other_user: 403,
  empty_file: 400,
  unknown_key: 404,
  unknown_visitor: 404,
  unknown_file: 404,
  form_only: 409,
  not_asked: 409,
  ended: 410,
  too_large: 413,
  file_type: 415,
  no_files: 415,
  quota: 429,
  too_many: 429,
  closed: 503,
  no_mail: 503
} as const
