import { randomUUID } from 'node:crypto'
import { may } from '../agent/permission.ts'
import { findReplyRoute } from '../conversation/reply-route.ts'
import type { Conversation } from '../conversation/table.ts'
import type { Sapa } from '../sapa.ts'
import { channelLook, type ChannelLook } from './channel-look.ts'
import type { Reader } from './reader.ts'

/** View data of the composer. */
export interface ShownComposer {
  id: number
  agentId: number
  canReply: boolean
  canNote: boolean
  /** Null: nobody can be answered, only notes are possible. */
  look: ChannelLook | null
  hint: string
  hasCopies: boolean
  cc: string
  /** Last message that this page shows: a newer one stops the reply. */
  seen: number
  key: string
  enterSends: boolean
  /** JSON for the composer behaviour: `{ reply: { text, at }, note: { text, at } }`. */
  drafts: string
  files: { token: string; filename: string; size: string }[]
}

export async function showComposer(
  sapa: Sapa,
  { agent, words }: Reader,
  row: Conversation
): Promise<ShownComposer> {
  const [route, drafts, newest] = await Promise.all([
    findReplyRoute(sapa.reader, row),
    sapa.reader
      .selectFrom('draft')
      .select(['mode', 'text', 'updated_at as at'])
      .where('conversation_id', '=', row.id)
      .where('agent_id', '=', agent.id)
      .execute(),
    sapa.reader
      .selectFrom('message')
      .select(eb => eb.fn.max('id').as('id'))
      .where('conversation_id', '=', row.id)
      .executeTakeFirst()
  ])
  const definition = route ? sapa.channels.get(route.channel) : undefined
  return {
    id: row.id,
    agentId: agent.id,
    canReply: may(agent.role, 'conversation:reply') && route !== null,
    canNote: may(agent.role, 'conversation:note'),
    look: route ? channelLook(sapa.channels, route.channel, words.locale) : null,
    hint: route ? words.t('composer.to', { address: route.to.value }) : '',
    hasCopies: definition?.capabilities({}).hasCopies ?? false,
    cc: route?.cc.map(copy => copy.value).join(', ') ?? '',
    seen: newest?.id ?? 0,
    key: randomUUID(),
    enterSends: agent.enter_sends === 1,
    drafts: JSON.stringify(
      Object.fromEntries(drafts.map(({ mode, ...draft }) => [mode, draft]))
    ),
    files: []
  }
}
