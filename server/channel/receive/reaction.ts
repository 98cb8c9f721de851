import { findParticipant } from '../../conversation/participant.ts'
import type { Message } from '../../conversation/table.ts'
import { cleanName, normaliseAll } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { Reaction } from '../../plugin-api/event.ts'
import type { Outcome } from '../event/inbound.ts'
import { oneLine, writtenAt } from '../event/written.ts'

const mostEmojis = 10
/** Of all members of a group to one message. */
const mostMembers = 500

/**
 * The reactions of somebody on the conversation, or of one of its group, as they are now. They move nothing: no badge, no waiting
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
  const member = memberOf(reaction)
  const mark = { message_id: message.id, identity_id: who.id, member: member.member, at }
  if (!(await isNews(trx, mark))) return 'ignored'

  const actor = {
    ...{ message_id: message.id, actor_kind: 'customer' as const, actor_id: who.id, ...member }
  }
  await trx
    .deleteFrom('reaction')
    .where('message_id', '=', actor.message_id)
    .where('actor_kind', '=', actor.actor_kind)
    .where('actor_id', '=', actor.actor_id)
    .where('member', '=', actor.member)
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
async function isNews(trx: Db, mark: Mark): Promise<boolean> {
  if (mark.member !== '' && (await isCrowded(trx, mark))) return false
  const result = await trx
    .insertInto('reaction_mark')
    .values(mark)
    .onConflict(conflict =>
      conflict
        .columns(['message_id', 'identity_id', 'member'])
        .doUpdateSet({ at: mark.at })
        .where('reaction_mark.at', '<=', mark.at)
    )
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** Members beyond the most that are kept add nothing to what can be seen. */
async function isCrowded(trx: Db, { message_id, member }: Mark): Promise<boolean> {
  const marks = await trx
    .selectFrom('reaction_mark')
    .select('member')
    .where('message_id', '=', message_id)
    .limit(mostMembers)
    .execute()
  return marks.length === mostMembers && !marks.some(mark => mark.member === member)
}

interface Mark {
  message_id: number
  identity_id: number
  member: string
  at: number
}

const memberOf = ({ groupMember }: Reaction) => ({
  member: groupMember?.id.slice(0, 100) ?? '',
  member_name: cleanName(groupMember?.name)
})

function clean(emojis: readonly string[]): string[] {
  const all = emojis.map(emoji => oneLine(emoji, 32)).filter(emoji => emoji !== '')
  return [...new Set(all)].slice(0, mostEmojis)
}
