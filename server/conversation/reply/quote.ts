import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { InvalidInput } from '../../errors.ts'
import type { MessageTarget } from '../../plugin-api/outbound.ts'
import { capabilitiesOf } from '../capabilities.ts'

export interface Quoted {
  id: number
  /** How the provider knows it; null: the words themselves go along. */
  target: MessageTarget | null
  /** Beginning of what it says. */
  words: string
}

/** The message that a reply answers, as its channel can show it. */
export async function findQuoted(
  trx: Db,
  conversationId: number,
  account: Account,
  quotedId: number
): Promise<Quoted> {
  const message = await trx
    .selectFrom('message')
    .select(['id', 'kind', 'account_id', 'remote_id', 'text', 'deleted_at'])
    .where('id', '=', quotedId)
    .where('conversation_id', '=', conversationId)
    .where('kind', '!=', 'note')
    .executeTakeFirst()
  if (!message) throw new InvalidInput({ quoted_id: 'error.field.not_here' })
  const { remote_id: remoteId } = message
  const isKnown = message.account_id === account.id && message.deleted_at === null
  const target =
    capabilitiesOf(account).quotes && isKnown && remoteId !== null
      ? { remoteId, isOurs: message.kind === 'outbound' }
      : null
  return { id: message.id, target, words: message.deleted_at === null ? opening(message.text) : '' }
}

/** Where a channel has no quotes, a reader still has to know what is answered: as in a mail. */
export function quoteLines(words: string): string {
  return words === '' ? '' : `> ${words}\n\n`
}

const most = 200

function opening(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line
}
