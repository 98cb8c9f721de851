import { storedForm } from '../../server/channel/account/settings.ts'
import { addMessage } from '../../server/conversation/add-message.ts'
import { startConversation } from '../../server/conversation/start.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import type { Response, Setup } from './app.ts'
import { post } from './form.ts'

export const home = '/settings/accounts'
export const form = { type: 'loket', key: 'kunci-satu' }

/** An account that was connected through its form, with its row and what its secrets say. */
export async function connect(
  world: Setup,
  typed: Record<string, string> = form
): Promise<{ answer: Response; id: number; url: string }> {
  const answer = await world.app.inject(world.as.admin(post(home, typed)))
  const { location } = answer.headers
  const id = Number(/\/(\d+)\?/.exec(String(location))?.[1])
  return { answer, id, url: `${home}/${id}` }
}

/** Its row, and what Sapa has made for it. */
export async function read(world: Setup, id: number) {
  const row = await world.db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const { settings, secrets } = storedForm(row)
  return { row, place: settings['place'], word: world.sapa.secrets.open(secrets['word'] ?? '') }
}

/** A customer's first words to that account; returns the number of the conversation. */
export async function writes(world: Setup, accountId: number, name: string, text: string) {
  const { db, make, clock } = world
  return inTransaction(db, async trx => {
    const customer = await make.customer(trx, { name })
    const identity = await make.identity(trx, { customer_id: customer.id, name })
    const { id } = await startConversation(
      trx,
      { ...{ customerId: customer.id, accountId, channel: 'loket' }, actor: { kind: 'customer' } },
      clock.now
    )
    const from = { accountId, channel: 'loket', identityId: identity.id }
    await addMessage(trx, id, { ...from, kind: 'inbound', text, at: +clock.now }, clock.now)
    return id
  })
}
