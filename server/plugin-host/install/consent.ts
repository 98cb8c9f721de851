import { DomainError } from '../../errors.ts'

/** 409: the newer version may do more; `scopes` are what the owner has to agree to. */
export class ConsentNeeded extends DomainError {
  readonly scopes: string[]

  constructor(scopes: string[]) {
    super('consent_needed', 409, { scopes: scopes.join(', ') })
    this.name = 'ConsentNeeded'
    this.scopes = scopes
  }
}
