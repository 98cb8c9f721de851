import type { BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { AccountContext, AccountState, Logger } from '../../plugin-api/account.ts'
import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { SettingsValues } from '../../plugin-api/settings.ts'
import { findAccount } from '../account/find.ts'
import { noteAccount } from '../account/notice.ts'
import { openSettings, patchForm, storedForm, type AccountTools } from '../account/settings.ts'
import { accountFacts } from '../account/facts.ts'
import { inviteElsewhere } from '../invite.ts'
import { appendJournal } from '../journal/append.ts'
import type { Channels } from '../registry.ts'
import { relayReplies, type RelayTools } from '../relay/relay.ts'
import type { Account } from '../table.ts'
import type { Timing } from '../timing.ts'

/** What the supervisor gives to the lines of all accounts. */
export interface LineTools extends RelayTools {
  db: Db
  secrets: AccountTools['secrets']
  timing: Timing
  random: () => number
  log: Logger
  /** Without a slash at the end. */
  publicUrl: string
  fetch: AccountContext['fetch']
  blobs: BlobStore
  channels: Pick<Channels, 'get'>
  typing: { hear(accountId: number, threadKey: string, isTyping: boolean): void }
}

export interface Line {
  signal: AbortSignal
  state(state: AccountState, reason?: string): void
  /** The line has changed its own settings: that is no reason to open it again. */
  saved(account: Account): void
}

/** Everything that a session may use of its account. It is dead once the line is closed. */
export async function accountContext(
  tools: LineTools,
  definition: ChannelDefinition,
  account: Account,
  line: Line
): Promise<AccountContext> {
  const { db, timing } = tools
  return {
    facts: await accountFacts(db, account),
    settings: openSettings(definition, account, tools.secrets),
    webhookUrl: webhookUrl(tools.publicUrl, account),
    signal: line.signal,
    log: tools.log,
    state: (state, reason) => {
      if (!line.signal.aborted) line.state(state, reason)
    },
    notice: text => {
      if (line.signal.aborted) return
      const noted = noteAccount(db, account.id, text)
      noted.catch((error: unknown) => tools.log.warn({ error }, 'The notice was not kept'))
    },
    save: patch => save(tools, definition, account.id, patch, line),
    ingest: async (items, cursor) => {
      line.signal.throwIfAborted()
      const options = { blobs: tools.blobs, ...(cursor === undefined ? {} : { cursor }) }
      await appendJournal(db, account.id, items, options, timing.now())
    },
    fetch: tools.fetch,
    typing: (threadKey, isTyping) => {
      if (!line.signal.aborted) tools.typing.hear(account.id, threadKey, isTyping)
    },
    relay: async (clientRefs, to) => {
      line.signal.throwIfAborted()
      const origin = { account, label: definition.label }
      return relayReplies(db, tools, origin, clientRefs, to, timing.now())
    },
    invite: async threadKey => {
      line.signal.throwIfAborted()
      return inviteElsewhere(tools, account.id, threadKey)
    }
  }
}

/** Where the provider of this account calls. */
export function webhookUrl(
  publicUrl: string,
  account: Pick<Account, 'id' | 'type' | 'webhook_secret'>
): string {
  return `${publicUrl}/hooks/${account.type}/${account.id}/${account.webhook_secret}`
}

async function save(
  tools: LineTools,
  definition: ChannelDefinition,
  id: number,
  patch: SettingsValues,
  line: Line
): Promise<void> {
  line.signal.throwIfAborted()
  await inTransaction(tools.db, async trx => {
    const before = await findAccount(trx, id)
    const form = patchForm(definition, storedForm(before), patch, tools.secrets)
    const stored = {
      settings: JSON.stringify(form.settings),
      secrets: JSON.stringify(form.secrets)
    }
    await trx.updateTable('account').set(stored).where('id', '=', id).execute()
    line.saved({ ...before, ...stored })
  })
}
