/** What the Bot API answers instead of a result. */
export class Refused extends Error {
  readonly status: number
  readonly parameters: Record<string, number> | undefined

  constructor(status: number, description: string, parameters?: Record<string, number>) {
    super(description)
    this.status = status
    this.parameters = parameters
  }
}

export const badRequest = (what: string, parameters?: Record<string, number>) =>
  new Refused(400, `Bad Request: ${what}`, parameters)
export const forbidden = (what: string) => new Refused(403, `Forbidden: ${what}`)
export const conflict = (what: string) => new Refused(409, `Conflict: ${what}`)
