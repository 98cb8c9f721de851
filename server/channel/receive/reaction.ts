import { findParticipant } from '../../conversation/participant.ts'
import type { Message } from '../../conversation/table.ts'
import { normaliseAll } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { Reaction } from '../../plugin-api/event.ts'
import type { Outcome } from '../event/inbound.ts'
import { oneLine, writtenAt } from '../event/written.ts'

const mostEmojis = 10

/**
 * The reactions of somebody on the conversation, as they are now. They move nothing: no badge, no waiting
 * time, no answer window. Strangers have none.
 */
export async function receiveReaction(
  trx: Db,
  message: Message,
  reaction: Reaction,
  country: string,
  now: Date
): Promise<Outcome> {
  if (message.deleted_at !== null) return 'ignored'
  const proven = normaliseAll(reaction.from, country).filter(sender => sender.isVerified)
  const who = await findParticipant(trx, message.conversation_id, proven)
  if (!who) return 'ignored'
  const at = writtenAt(reaction.at, now)
  if (!(await isNews(trx, message.id, who.id, at))) return 'ignored'

  const actor = { message_id: message.id, actor_kind: 'customer' as const, actor_id: who.id }
  await trx
    .deleteFrom('reaction')
    .where('message_id', '=', actor.message_id)
    .where('actor_kind', '=', actor.actor_kind)
    .where('actor_id', '=', actor.actor_id)
    .execute()
  const emojis = clean(reaction.emojis)
  if (emojis.length > 0) {
    const rows = emojis.map(emoji => ({ ...actor, emoji, at }))
    await trx.insertInto('reaction').values(rows).execute()
  }
  announce(trx, {
    topic: 'message.changed',
    conversation: message.conversation_id,
    message: message.id
  })
  return 'stored'
}

/** What comes late says how it was, not how it is. */
async function isNews(trx: Db, messageId: number, identityId: number, at: number) {
  const result = await trx
    .insertInto('reaction_mark')
    .values({ message_id: messageId, identity_id: identityId, at })
    .onConflict(conflict =>
      conflict
        .columns(['message_id', 'identity_id'])
        .doUpdateSet({ at })
        .where('reaction_mark.at', '<=', at)
    )
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

function clean(emojis: readonly string[]): string[] {
  const all = emojis.map(emoji => oneLine(emoji, 32)).filter(emoji => emoji !== '')
  return [...new Set(all)].slice(0, mostEmojis)
}
