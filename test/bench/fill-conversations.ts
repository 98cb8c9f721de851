import type SQLite from 'better-sqlite3'
import { Chance } from './chance.ts'
import { start } from './fill-people.ts'
import { sentences, subjects } from './fill-words.ts'
import { longThread, type Size } from './size.ts'

/** Most are closed, one in twenty is open: as a shop looks after a year or two. */
export function fillConversations(sqlite: SQLite.Database, size: Size): void {
  const chance = new Chance(42)
  const write = writers(sqlite)
  const average = size.messages / size.conversations
  for (let id = 1; id <= size.conversations; id++) {
    const age = (400 * 86_400_000 * (size.conversations - id + 1)) / size.conversations
    const first = start - Math.floor(age) - chance.below(3_600_000)
    const isLong = id === longThread.id
    const count = isLong ? longThread.messages : 1 + chance.below(2 * average - 1)
    fillOne(write, chance, { id, first, count, isLong, customers: size.customers })
  }
}

interface Plan {
  id: number
  first: number
  count: number
  isLong: boolean
  customers: number
}

function fillOne(write: Writers, chance: Chance, plan: Plan): void {
  const { id, first, count } = plan
  const customer = 1 + chance.below(plan.customers)
  const account = 1 + chance.below(3)
  const state = plan.isLong ? 'open' : stateOf(chance)
  const isOpen = state === 'open' || state === 'pending'
  const assignee = chance.isIn(isOpen ? 0.6 : 0.95) ? 1 + chance.below(12) : null
  const facts = { at: first, inbound: first, outbound: null as number | null, unanswered: 0 }
  let waiting: number | null = null
  let text = ''
  let kind = 'inbound'
  let message = 0
  for (let index = 0; index < count; index++) {
    facts.at += index === 0 ? 0 : 60_000 + chance.below(plan.isLong ? 200_000 : 7_200_000)
    const isLast = index === count - 1
    kind = index === 0 || (isLast && isOpen) || chance.isIn(0.45) ? 'inbound' : 'outbound'
    text = sentences(chance)
    const isInbound = kind === 'inbound'
    const agent = isInbound ? null : (assignee ?? 1)
    message = write.message(id, account, customer, agent, kind, text, facts.at)
    if (isInbound) {
      Object.assign(facts, { inbound: facts.at, unanswered: facts.unanswered + 1 })
      waiting ??= facts.at
    } else {
      Object.assign(facts, { outbound: facts.at, unanswered: 0 })
      waiting = null
    }
  }
  write.conversation({
    ...{ id, customer, account, assignee, count, message, kind, waiting },
    token: `${id.toString(32).padStart(8, 'a')}abcdefghjkmn`.slice(0, 20),
    subject: chance.pick(subjects),
    status: state === 'spam' ? 'open' : state,
    priority: chance.isIn(0.05) ? 'high' : 'normal',
    team: chance.isIn(0.3) ? 1 + chance.below(4) : null,
    spam: state === 'spam' ? 1 : 0,
    preview: text.slice(0, 140),
    unanswered: facts.unanswered,
    snoozed: state === 'snoozed' ? start + 40 * 86_400_000 : null,
    at: facts.at,
    inbound: facts.inbound,
    outbound: facts.outbound,
    closed: state === 'closed' ? facts.at : null,
    created: first
  })
  write.around(id, customer, assignee, state === 'closed' ? facts.at : null, first)
  if (chance.isIn(0.3)) write.tag(id, 1 + chance.below(9))
}

function stateOf(chance: Chance): 'open' | 'pending' | 'snoozed' | 'spam' | 'closed' {
  const roll = chance.next()
  if (roll < 0.045) return 'open'
  if (roll < 0.05) return 'pending'
  if (roll < 0.06) return 'snoozed'
  return roll < 0.07 ? 'spam' : 'closed'
}

type Writers = ReturnType<typeof writers>

function writers(sqlite: SQLite.Database) {
  const conversation = sqlite.prepare(`insert into conversation
    (id, customer_id, account_id, channel, reply_token, subject, status, priority, assignee_id, team_id,
     is_spam, preview, preview_kind, message_count, unanswered_count, waiting_since, snoozed_until,
     last_message_id, last_message_at, last_inbound_at, last_outbound_at, closed_at, created_at)
    values (@id, @customer, @account, 'kios', @token, @subject, @status, @priority, @assignee, @team,
     @spam, @preview, @kind, @count, @unanswered, @waiting, @snoozed,
     @message, @at, @inbound, @outbound, @closed, @created)`)
  const message = sqlite.prepare(`insert into message
    (conversation_id, account_id, channel, identity_id, agent_id, kind, subject, text, is_verified,
     remote_id, status, at, created_at)
    values (?, ?, 'kios', ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`)
  const event = sqlite.prepare(`insert into event
    (conversation_id, action, actor_kind, actor_id, particulars, at) values (?, ?, ?, ?, ?, ?)`)
  const participant = sqlite.prepare(
    'insert into participant (conversation_id, identity_id, added_at) values (?, ?, ?)'
  )
  const tag = sqlite.prepare('insert into conversation_tag (conversation_id, tag_id) values (?, ?)')
  let count = 0
  return {
    conversation: (row: Record<string, unknown>) => void conversation.run(row),
    tag: (id: number, tagId: number) => void tag.run(id, tagId),
    message(
      ...[id, account, customer, agent, kind, text, at]: [
        ...[number, number, number, number | null],
        ...[string, string, number]
      ]
    ): number {
      const remote = `<surat-${++count}@surat.example>`
      const status = kind === 'inbound' ? 'received' : 'sent'
      const values = [id, account, customer, agent, kind, 'Faktur', text, remote, status, at, at]
      return Number(message.run(...values).lastInsertRowid)
    },
    around(id: number, customer: number, agent: number | null, closed: number | null, at: number) {
      participant.run(id, customer, at)
      event.run(id, 'opened', 'customer', String(customer), '{}', at)
      if (agent) {
        const particulars = JSON.stringify({ agent, name: 'Ratna Lestari' })
        event.run(id, 'assigned', 'agent', String(agent), particulars, at + 30_000)
      }
      if (closed) event.run(id, 'closed', 'agent', String(agent ?? 1), '{}', closed)
    }
  }
}
