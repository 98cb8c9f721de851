import { Type, type Static } from '../web/type.ts'
import { may, type Permission } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { findVisible } from '../conversation/access.ts'
import { assignConversation } from '../conversation/assign.ts'
import { closeConversation } from '../conversation/close.ts'
import { agentActor, type Actor } from '../conversation/event.ts'
import { awaitCustomer } from '../conversation/pending.ts'
import { prioritiseConversation } from '../conversation/prioritise.ts'
import { reopenConversation } from '../conversation/reopen.ts'
import { snoozeConversation } from '../conversation/snooze.ts'
import { tagConversation, tagName, untagConversation } from '../conversation/tag.ts'
import { assignTeam } from '../conversation/team.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { tagsOf } from '../inbox/row.ts'
import { Forbidden } from '../web/permission.ts'
import { priorities, statuses, tellConversation, type ToldConversation } from './conversation.ts'
import { id, line, nullable, nullableMoment } from './schema.ts'

export const conversationPatch = Type.Object({
  status: Type.Optional(Type.Enum([...statuses])),
  snoozed_until: Type.Optional(nullableMoment),
  assignee_id: Type.Optional(nullable(id)),
  team_id: Type.Optional(nullable(id)),
  tags: Type.Optional(
    Type.Array(line(80), { maxItems: 30, description: 'All tags: what is missing is taken away' })
  ),
  priority: Type.Optional(Type.Enum([...priorities]))
})
type Patch = Static<typeof conversationPatch>

/** Changes what is given, all or nothing. A value that is there already changes nothing. */
export async function patchConversation(
  db: Db,
  conversationId: number,
  agent: Agent,
  patch: Patch,
  now: Date
): Promise<ToldConversation> {
  checkFields(agent, patch)
  const actor = agentActor(agent.id)
  const { assignee_id, team_id, tags, priority } = patch
  return inTransaction(db, async trx => {
    await findVisible(trx, conversationId, agent)
    if (assignee_id !== undefined) {
      await named('assignee_id', assignConversation(trx, conversationId, assignee_id, actor, now))
    }
    if (team_id !== undefined) {
      await named('team_id', assignTeam(trx, conversationId, team_id, actor, now))
    }
    if (tags) await named('tags', setTags(trx, conversationId, tags, actor, now))
    if (priority) await prioritiseConversation(trx, conversationId, priority, actor, now)
    await named('snoozed_until', setStatus(trx, conversationId, patch, actor, now))
    return tellConversation(trx, conversationId)
  })
}

/** Each field belongs to a permission, as it does on the pages. */
const doors: Record<keyof Patch, Permission> = {
  status: 'conversation:close',
  snoozed_until: 'conversation:close',
  assignee_id: 'conversation:assign',
  team_id: 'conversation:assign',
  tags: 'conversation:edit',
  priority: 'conversation:edit'
}

function checkFields(agent: Agent, patch: Patch): void {
  for (const [field, can] of Object.entries(doors)) {
    if (patch[field as keyof Patch] !== undefined && !may(agent.role, can)) throw new Forbidden(can)
  }
}

async function setTags(trx: Db, conversationId: number, tags: string[], actor: Actor, now: Date) {
  const held = (await tagsOf(trx, [conversationId])).get(conversationId) ?? []
  const lower = new Set(tags.map(tag => tagName(tag).toLowerCase()))
  for (const tag of held.filter(one => !lower.has(one.toLowerCase()))) {
    await untagConversation(trx, conversationId, tag, actor, now)
  }
  for (const tag of tags) await tagConversation(trx, conversationId, tag, actor, now)
}

async function setStatus(trx: Db, conversationId: number, patch: Patch, actor: Actor, now: Date) {
  const { status, snoozed_until: until } = patch
  if (status === 'snoozed' || (status === undefined && until)) {
    if (!until) throw new InvalidInput({ snoozed_until: 'error.field.required' })
    return snoozeConversation(trx, conversationId, Date.parse(until), actor, now)
  }
  if (until) throw new InvalidInput({ snoozed_until: 'error.field.invalid' })
  if (status === 'closed') return closeConversation(trx, conversationId, actor, now)
  if (status === 'pending') return awaitCustomer(trx, conversationId, actor, now)
  if (status === 'open') return reopenConversation(trx, conversationId, actor, now)
  return until === null ? wake(trx, conversationId, actor, now) : null
}

/** `snoozed_until: null` ends a snooze and says nothing about others. */
async function wake(trx: Db, conversationId: number, actor: Actor, now: Date) {
  const row = await trx
    .selectFrom('conversation')
    .select('status')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  return row.status === 'snoozed' ? reopenConversation(trx, conversationId, actor, now) : null
}

/** The domain names its own words; a program wants the name of the field that it sent. */
async function named<T>(field: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput({ [field]: Object.values(error.fields)[0] ?? 'error.field.invalid' })
  }
}
