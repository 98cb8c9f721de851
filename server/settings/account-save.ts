import { createAccount, type NewAccount } from '../channel/account/create.ts'
import { updateAccount } from '../channel/account/update.ts'
import { startImport } from '../channel/import.ts'
import type { Probes } from '../channel/account/probe.ts'
import type { Account } from '../channel/table.ts'
import { inTransaction } from '../db/transaction.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { Sapa } from '../sapa.ts'
import { readAccountInput, type AccountInput } from './account-input.ts'
import { learnAccount, type Learned } from './account-learned.ts'

const dayMs = 24 * 60 * 60_000

/** Connects what the form describes; what a passed test has learned is kept with it. */
export async function connectAccount(
  sapa: Sapa,
  probes: Probes,
  definition: ChannelDefinition,
  agentId: number,
  body: Record<string, unknown>
): Promise<Account> {
  // Nothing was asked for where the plugin has a page of its own: switches are not off then.
  const asked = definition.accountPage ? {} : definition.settings
  const input = readAccountInput(asked, body)
  const learned = await learnAccount(sapa, probes, definition, input, { agentId })
  const account: NewAccount = {
    type: definition.type,
    name: input.name || learned.name || input.address || '',
    form: input.form,
    acknowledgement: input.acknowledgement,
    ...addressOf(input, learned)
  }
  const now = sapa.clock()
  return inTransaction(sapa.db, async trx => {
    const created = await createAccount(trx, sapa, account, now)
    const { historyDays } = input
    if (historyDays !== null) {
      await startImport(trx, created.id, now.getTime() - historyDays * dayMs, now)
    }
    return created
  })
}

/** Stores what the form of a connected account says now. */
export async function saveAccount(
  sapa: Sapa,
  probes: Probes,
  definition: ChannelDefinition,
  agentId: number,
  account: Account,
  body: Record<string, unknown>
): Promise<Account> {
  const input = readAccountInput(definition.settings, body)
  const learned = await learnAccount(sapa, probes, definition, input, { agentId, account })
  const { name, form, acknowledgement, address } = input
  return updateAccount(sapa.db, sapa, account.id, {
    ...{ name, form, acknowledgement },
    // A new address is another account; what a test says beside an old one is known already.
    ...(address === undefined ? addressOf(input, learned) : { address, externalId: address })
  })
}

function addressOf(input: AccountInput, learned: Learned) {
  const values = { address: input.address ?? learned.address, externalId: learned.externalId }
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined)
  ) as Pick<NewAccount, 'address' | 'externalId'>
}
