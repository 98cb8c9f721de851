import { isTaken, readAck, type Ack, type GivenAck } from '../ack.ts'
import { findStep, keepAck, type KnownStep } from '../steps.ts'
import type { RemoteTools } from '../tools.ts'
import { ApiError, bodyOf, json, type Answer } from './answer.ts'

/** What became of a step. On the disk before it is answered, so that a crash forgets no answer. */
export const acknowledge =
  ({ db }: RemoteTools): Answer =>
  async (request, { queue }, account) => {
    const given = readAck(bodyOf(request))
    const { clientRef, ack } = given
    const known = await findStep(db, account, clientRef)
    if (!known) throw new ApiError(404, 'unknown_step', 'This step was never given out here')
    const told = JSON.stringify(ack)
    if (known.ack === told) {
      // Core may ask once more, because it ended before it could note this.
      if (isTaken(ack)) await queue.settle(clientRef, ack)
      return json(200, { isRepeat: true })
    }
    refuseLate(known, given)
    await keepAck(db, account, clientRef, told, Date.now())
    await queue.settle(clientRef, ack)
    return json(200, { isRepeat: false })
  }

/** That something was sent is true whoever says it; that it failed may only be said by who holds it. */
function refuseLate(known: KnownStep, { lease, ack }: GivenAck): void {
  if (known.ack !== null) {
    const before = JSON.parse(known.ack) as Ack
    if (isTaken(before) || !isTaken(ack)) {
      throw new ApiError(409, 'already_acknowledged', 'Something else was said of this step before')
    }
  }
  if (isTaken(ack) || lease === null || lease === known.lease) return
  throw new ApiError(409, 'lease_lost', 'This step has been given out again meanwhile')
}
