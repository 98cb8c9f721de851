import { may } from '../../agent/permission.ts'
import type { Conversation, Priority, Status } from '../../conversation/table.ts'
import { prepared } from '../../db/prepared.ts'
import type { ShownRegion } from '../../plugin-host/slot/show.ts'
import type { Sapa } from '../../sapa.ts'
import { avatarOf, type Avatar } from '../avatar.ts'
import { hasSubject } from '../channel-look.ts'
import type { Reader } from '../reader.ts'
import { snoozeChoices, type SnoozeChoice } from './snooze-choice.ts'

/** View data of the conversation's head. */
export interface ShownHeader {
  id: number
  version: number
  subject: string
  customer: string
  /** What stands above the composer while the customer types. */
  typing: string
  status: Status
  statusText: string
  isSpam: boolean
  priority: Priority
  assignee: (Avatar & { id: number; isMe: boolean }) | null
  team: { id: number; name: string } | null
  waiting: string | null
  snoozedUntil: string | null
  agents: { id: number; name: string }[]
  teams: { id: number; name: string }[]
  snoozes: SnoozeChoice[]
  canAssign: boolean
  canClose: boolean
  canEdit: boolean
  /** What plugins add. */
  actions: ShownRegion
}

export async function presentHeader(
  sapa: Sapa,
  { agent, words }: Reader,
  row: Conversation
): Promise<Omit<ShownHeader, 'actions'>> {
  const [agents, teams, [customer]] = await Promise.all([
    selectAgents(sapa.reader, {}),
    selectTeams(sapa.reader, {}),
    selectCustomer(sapa.reader, { id: row.customer_id })
  ])
  const now = sapa.clock()
  const name = customer?.name || words.t('customer.unknown')
  // A chat has no subject that anybody could have left out.
  const isMail = hasSubject(sapa.channels, row.channel)
  const assignee = agents.find(one => one.id === row.assignee_id)
  const canAssign = may(agent.role, 'conversation:assign')
  return {
    id: row.id,
    version: row.version,
    subject: row.subject || (isMail ? words.t('conversation.no_subject') : name),
    customer: name,
    typing: customer?.name
      ? words.t('conversation.typing', { name: customer.name })
      : words.t('conversation.typing_nameless'),
    status: row.status,
    statusText: words.t(`status.${row.status}`),
    isSpam: row.is_spam === 1,
    priority: row.priority,
    assignee: assignee
      ? { ...avatarOf(assignee.name), id: assignee.id, isMe: assignee.id === agent.id }
      : null,
    team: teams.find(team => team.id === row.team_id) ?? null,
    waiting:
      row.waiting_since === null || row.status === 'closed'
        ? null
        : words.t('conversation.waiting', {
            time: words.duration(now.getTime() - row.waiting_since)
          }),
    snoozedUntil:
      row.snoozed_until === null
        ? null
        : words.t('inbox.snoozed_until', { time: words.dateTime(row.snoozed_until, now) }),
    agents: canAssign ? agents : [],
    teams: canAssign ? teams : [],
    snoozes: snoozeChoices(now, words),
    canAssign,
    canClose: may(agent.role, 'conversation:close'),
    canEdit: may(agent.role, 'conversation:edit')
  }
}

const selectAgents = prepared()(db =>
  db
    .selectFrom('agent')
    .select(['id', 'name'])
    .where('is_active', '=', 1)
    .orderBy('name')
    .limit(200)
)

const selectTeams = prepared()(db =>
  db.selectFrom('team').select(['id', 'name']).orderBy('name').limit(100)
)

const selectCustomer = prepared<{ id: number }>()((db, value) =>
  db.selectFrom('customer').select('name').where('id', '=', value('id'))
)
