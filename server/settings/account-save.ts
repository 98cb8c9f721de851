import { createAccount, type NewAccount } from '../channel/account-create.ts'
import { startImport } from '../channel/import.ts'
import type { Probes } from '../channel/probe.ts'
import type { Account } from '../channel/table.ts'
import { inTransaction } from '../db/transaction.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { Sapa } from '../sapa.ts'
import { readAccountInput } from './account-input.ts'

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
  const probe = probes.find(input.probeId, agentId)
  const learned = probe?.type === definition.type && probe.result?.isOk ? probe.result : null
  // What was tested may have been retyped since.
  const isSame = learned?.address === undefined || learned.address === input.address
  const name = isSame ? learned?.name : undefined
  const account: NewAccount = {
    type: definition.type,
    name: input.name || name || input.address || '',
    form: input.form,
    acknowledgement: input.acknowledgement,
    ...withoutGaps({
      address: input.address ?? learned?.address,
      externalId: isSame ? learned?.externalId : undefined
    })
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

function withoutGaps(values: { address: string | undefined; externalId: string | undefined }) {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined)
  ) as Pick<NewAccount, 'address' | 'externalId'>
}
