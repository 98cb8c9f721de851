import type { Proof } from '../../wire.ts'
import { Api, newToken } from './api.ts'

/**
 * True: the token is a new one. What this browser held before it stays with whom it was, should somebody have
 * kept a copy of it.
 */
export async function signIn(api: Api, proof: Proof): Promise<boolean> {
  const fresh = new Api(newToken())
  const asked = { ...proof, former: api.token }
  const { isNew } = await fresh.call<{ isNew: boolean }>('PUT', 'identity', asked)
  if (isNew) api.turn(fresh.token)
  return isNew
}
