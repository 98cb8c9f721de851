import { inviteElsewhere } from '../../server/channel/invite.ts'
import type { Invitation } from '../../server/plugin-api/account.ts'
import type { Sapa } from '../../server/sapa.ts'

/** The links that an account would show to the customer of this thread. */
export function inviteLinks(sapa: Sapa, account: number, thread: string): Promise<Invitation[]> {
  const { db, channels, log, clock } = sapa
  return inviteElsewhere({ db, channels, log, timing: { now: clock } }, account, thread)
}
