import { hasOwner } from '../../agent/find.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction, onCommit } from '../../db/transaction.ts'
import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { Logger } from 'pino'
import { getSettings } from '../../setting/get.ts'
import { findValue, setValue } from '../../setting/value.ts'
import { listAccounts } from './find.ts'
import { createAccount } from './create.ts'
import type { AccountTools } from './settings.ts'
import type { Channels } from '../registry.ts'

interface Tools {
  db: Db
  log: Logger
  clock: () => Date
  channels: Pick<Channels, 'get' | 'list' | 'onChange'>
  secrets: AccountTools['secrets']
}

/**
 * Makes the account of each channel that needs nothing from outside, once there is an owner: at the start,
 * when a channel comes, and when the business has been named. The returned function stops it.
 */
export function keepFirstAccounts(tools: Tools): () => Promise<void> {
  const { db, log, channels } = tools
  let turn = Promise.resolve()
  const look = () => {
    turn = turn
      .then(() => makeAll(tools))
      .catch((error: unknown) => log.error({ err: error }, 'no first account'))
  }
  const ignoreChannels = channels.onChange(look)
  const ignoreSettings = onCommit(db, news => {
    if (news.some(({ topic }) => topic === 'settings.changed')) look()
  })
  look()
  return async () => {
    ignoreChannels()
    ignoreSettings()
    await turn
  }
}

async function makeAll(tools: Tools): Promise<void> {
  const { db, log, channels } = tools
  const wanted = channels.list().filter(({ firstAccount }) => firstAccount !== undefined)
  if (wanted.length === 0 || !(await hasOwner(db))) return
  for (const definition of wanted) {
    await makeOne(tools, definition).catch((error: unknown) =>
      log.error({ err: error, channel: definition.type }, 'no first account')
    )
  }
}

/** What was made once is not made again, even if the owner has removed it. */
async function makeOne(tools: Tools, { type, firstAccount }: ChannelDefinition): Promise<void> {
  if (!firstAccount) return
  const now = tools.clock()
  await inTransaction(tools.db, async trx => {
    const key = `first_account.${type}`
    if ((await findValue(trx, key)) !== null) return
    await setValue(trx, key, 'made', now)
    if ((await listAccounts(trx, { type })).length > 0) return
    const { locale } = await getSettings(trx)
    const { name, settings } = firstAccount
    await createAccount(trx, tools, { type, name: name[locale], form: { ...settings } }, now)
  })
}
