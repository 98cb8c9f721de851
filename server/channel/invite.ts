import { findChat } from '../conversation/chat/find.ts'
import { keepInviteCode, newInviteCode } from '../conversation/chat/invite-code.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Invitation } from '../plugin-api/account.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { LineTools } from './line/context.ts'
import { accountFacts } from './account/facts.ts'
import type { Account } from './table.ts'
import type { Timing } from './timing.ts'

type Tools = Pick<LineTools, 'db' | 'channels' | 'log'> & { timing: Pick<Timing, 'now'> }

/**
 * Links by which the customer of a chat can go on elsewhere. Each has a code of its own, because
 * whoever brings it joins the conversation.
 */
export async function inviteElsewhere(
  tools: Tools,
  accountId: number,
  threadKey: string
): Promise<Invitation[]> {
  const { db, timing } = tools
  const conversation = await findChat(db, { accountId, threadKey })
  if (!conversation || conversation.status === 'closed') return []
  const ways = await waysOf(tools, await listOthers(db, accountId))
  await inTransaction(db, async trx => {
    for (const { code, link } of ways) {
      const made = { conversationId: conversation.id, accountId: link.account, code }
      await keepInviteCode(trx, made, timing.now())
    }
  })
  return ways.map(way => way.link)
}

/** Where something can arrive now. */
function listOthers(db: Db, accountId: number): Promise<Account[]> {
  return db
    .selectFrom('account')
    .selectAll()
    .where('id', '!=', accountId)
    .where('is_enabled', '=', 1)
    .where('state', '!=', 'needs_attention')
    .orderBy('id')
    .execute()
}

interface Way {
  code: string
  link: Invitation
}

async function waysOf(tools: Tools, accounts: Account[]): Promise<Way[]> {
  const ways = await Promise.all(
    accounts.flatMap(account => {
      const definition = tools.channels.get(account.type)
      return definition?.inviteUrl ? [wayOf(tools, definition, account)] : []
    })
  )
  return ways.filter(way => way !== null)
}

/** A channel that fails to make its link takes no other one away. */
async function wayOf(
  { db, log }: Tools,
  definition: ChannelDefinition,
  account: Account
): Promise<Way | null> {
  const facts = await accountFacts(db, account)
  const code = newInviteCode()
  try {
    const url = definition.inviteUrl?.(facts, code)
    if (typeof url !== 'string' || !/^https?:$/.test(protocolOf(url))) return null
    const { type, label } = definition
    return { code, link: { account: account.id, channel: type, label, url } }
  } catch {
    log.warn({ account: account.id }, 'The channel could not make its link')
    return null
  }
}

const protocolOf = (url: string) => (URL.canParse(url) ? new URL(url).protocol : '')
