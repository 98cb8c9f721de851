import { t } from 'tap'
import { assignConversation } from '../../server/conversation/assign.ts'
import { blockCustomer } from '../../server/conversation/block.ts'
import { closeConversation } from '../../server/conversation/close.ts'
import { findDraft, saveDraft } from '../../server/conversation/reply/draft.ts'
import { agentActor, type Actor } from '../../server/conversation/event.ts'
import { findConversation } from '../../server/conversation/find.ts'
import { awaitCustomer } from '../../server/conversation/pending.ts'
import { prioritiseConversation } from '../../server/conversation/prioritise.ts'
import { renameConversation } from '../../server/conversation/rename.ts'
import { reopenConversation } from '../../server/conversation/reopen.ts'
import { markSeen } from '../../server/conversation/seen.ts'
import { snoozeConversation } from '../../server/conversation/snooze.ts'
import { markSpam } from '../../server/conversation/spam.ts'
import { tagConversation, untagConversation } from '../../server/conversation/tag.ts'
import { assignTeam } from '../../server/conversation/team.ts'
import { wakeConversations } from '../../server/conversation/wake.ts'
import type { Db } from '../../server/db/schema.ts'
import { addAgent, outboxWorld } from '../support/outbox-world.ts'

type Verb = (db: Db, id: number, actor: Actor, now: Date) => Promise<unknown>

const tomorrow = (now: Date) => now.getTime() + 24 * 3_600_000

const verbs: { action: string; verb: Verb; after: object }[] = [
  { action: 'closed', verb: closeConversation, after: { status: 'closed', closed_at: Number } },
  { action: 'pending', verb: awaitCustomer, after: { status: 'pending' } },
  {
    action: 'snoozed',
    verb: (db, id, actor, now) => snoozeConversation(db, id, tomorrow(now), actor, now),
    after: { status: 'snoozed', snoozed_until: Number }
  },
  {
    action: 'prioritised',
    verb: (db, id, actor, now) => prioritiseConversation(db, id, 'urgent', actor, now),
    after: { priority: 'urgent' }
  },
  {
    action: 'marked_spam',
    verb: (db, id, actor, now) => markSpam(db, id, true, actor, now),
    after: { is_spam: 1 }
  },
  {
    action: 'assigned',
    verb: (db, id, actor, now) => assignConversation(db, id, 1, actor, now),
    after: { assignee_id: 1 }
  },
  {
    action: 'team_assigned',
    verb: (db, id, actor, now) => assignTeam(db, id, 1, actor, now),
    after: { team_id: 1 }
  },
  {
    action: 'renamed',
    verb: (db, id, actor, now) => renameConversation(db, id, ' Faktur  hilang ', actor, now),
    after: { subject: 'Faktur hilang' }
  },
  {
    action: 'tagged',
    verb: (db, id, actor, now) => tagConversation(db, id, '#garansi', actor, now),
    after: {}
  }
]

const eventsOf = async (db: Db, id: number) => {
  const rows = await db
    .selectFrom('event')
    .select('action')
    .where('conversation_id', '=', id)
    .where('action', '!=', 'opened')
    .orderBy('id')
    .execute()
  return rows.map(row => row.action)
}

for (const { action, verb, after } of verbs) {
  t.test(`${action} twice is one change and one event`, async t => {
    const { db, timing, ask, agent } = await outboxWorld(t)
    await db.insertInto('team').values({ name: 'Gudang', created_at: 1 }).execute()
    const { conversation } = await ask('Ratna')
    const { version } = await findConversation(db, conversation)

    await verb(db, conversation, agentActor(agent), timing.now())
    await verb(db, conversation, agentActor(agent), timing.now())

    t.match(await findConversation(db, conversation), { ...after, version: version + 1 })
    t.same(await eventsOf(db, conversation), [action])
    await t.rejects(verb(db, 999, agentActor(agent), timing.now()), { code: 'not_found' })
  })
}

t.test('reopening works from closed and from snoozed', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const actor = agentActor(agent)

  await closeConversation(db, conversation, actor, timing.now())
  await reopenConversation(db, conversation, actor, timing.now())
  await snoozeConversation(db, conversation, tomorrow(timing.now()), actor, timing.now())
  await reopenConversation(db, conversation, actor, timing.now())
  await reopenConversation(db, conversation, actor, timing.now())

  const open = { status: 'open', closed_at: null, snoozed_until: null }
  t.match(await findConversation(db, conversation), open)
  t.same(await eventsOf(db, conversation), ['closed', 'reopened', 'snoozed', 'reopened'])
})

t.test('a snoozed conversation wakes at its time, once', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const until = tomorrow(timing.now())
  await snoozeConversation(db, conversation, until, agentActor(agent), timing.now())

  t.equal(await wakeConversations(db, new Date(until - 1)), 0)
  t.equal(await wakeConversations(db, new Date(until)), 1)
  t.equal(await wakeConversations(db, new Date(until + 60_000)), 0)

  t.match(await findConversation(db, conversation), { status: 'open', snoozed_until: null })
  t.same(await eventsOf(db, conversation), ['snoozed', 'woken'])
})

t.test('nobody is given what they cannot take', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const gone = await addAgent(db, 'Dewi', 0)
  const actor = agentActor(agent)
  const now = timing.now()

  await t.rejects(assignConversation(db, conversation, gone, actor, now), { code: 'invalid' })
  await t.rejects(assignTeam(db, conversation, 7, actor, now), { code: 'invalid' })
  await t.rejects(snoozeConversation(db, conversation, now.getTime(), actor, now), {
    code: 'invalid'
  })
  await t.rejects(tagConversation(db, conversation, ' # ', actor, now), { code: 'invalid' })
  await t.rejects(renameConversation(db, conversation, '\n', actor, now), { code: 'invalid' })
  t.same(await eventsOf(db, conversation), [])
})

t.test('tags are one whatever their case, and go again', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const actor = agentActor(agent)

  await tagConversation(db, conversation, 'Garansi', actor, timing.now())
  await tagConversation(db, conversation, 'garansi', actor, timing.now())
  await untagConversation(db, conversation, 'GARANSI', actor, timing.now())
  await untagConversation(db, conversation, 'garansi', actor, timing.now())

  t.same(await eventsOf(db, conversation), ['tagged', 'untagged'])
  t.same(await db.selectFrom('conversation_tag').selectAll().execute(), [])
})

t.test('of two tabs the newest draft wins, and the other is told', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const draft = { conversationId: conversation, agentId: agent, mode: 'reply' as const }

  const left = await saveDraft(db, { ...draft, text: 'Halo Bu' }, timing.now())
  const right = await saveDraft(
    db,
    { ...draft, text: 'Halo Ibu', version: left.version },
    timing.now()
  )
  t.equal(right.isOvertaken, false)
  const again = await saveDraft(
    db,
    { ...draft, text: 'Halo Bu Ratna', version: left.version },
    timing.now()
  )

  t.equal(again.isOvertaken, true)
  t.ok(again.version > right.version)
  t.equal((await findDraft(db, conversation, agent, 'reply'))?.text, 'Halo Bu Ratna')
  await saveDraft(db, { ...draft, text: ' ', version: again.version }, timing.now())
  t.equal(await findDraft(db, conversation, agent, 'reply'), null)
})

t.test('seen never goes back', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')

  await markSeen(db, conversation, agent, 5, timing.now())
  await markSeen(db, conversation, agent, 3, timing.now())

  t.match(await db.selectFrom('seen').selectAll().execute(), [{ message_id: 5 }])
})

t.test('blocking a customer is told once', async t => {
  const { db, timing, ask, agent } = await outboxWorld(t)
  const { customer } = await ask('Ratna')
  const actor = agentActor(agent)

  await blockCustomer(db, customer, true, actor, timing.now())
  await blockCustomer(db, customer, true, actor, timing.now())
  await blockCustomer(db, customer, false, actor, timing.now())

  const events = await db
    .selectFrom('event')
    .select('action')
    .where('customer_id', '=', customer)
    .where('conversation_id', 'is', null)
    .execute()
  t.same(
    events.map(event => event.action),
    ['blocked', 'unblocked']
  )
  await t.rejects(blockCustomer(db, 999, true, actor, timing.now()), { code: 'not_found' })
})
