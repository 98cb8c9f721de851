import { listAgents, type AgentRow } from '../agent/find.ts'
import { isAtLeast } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { avatarOf, type Avatar } from '../inbox/avatar.ts'
import type { Reader } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { Problem } from '../web/errors.ts'
import { ago } from './ago.ts'
import { invitable } from './invitation.ts'

export interface Person {
  id: number
  name: string
  email: string
  avatar: Avatar
  role: string
  roleName: string
  /** Empty: this reader may not change the role. */
  roles: { value: string; label: string }[]
  state: 'active' | 'invited' | 'off'
  lastSeen: string
  isMe: boolean
  /** May be disabled, enabled or invited again by this reader. */
  isBelow: boolean
}

export interface People {
  people: Person[]
  roles: { value: string; label: string }[]
  /** The invitation that was just made. */
  fresh: { name: string; link: string } | null
  typed: { name: string; email: string; role: string }
  problem: Problem | null
}

/** Everybody who answers, with what this reader may do about them. */
export async function showPeople(
  sapa: Sapa,
  reader: Reader,
  more: Partial<Pick<People, 'fresh' | 'typed' | 'problem'>> = {}
): Promise<People> {
  const agents = await listAgents(sapa.db)
  return {
    people: agents.map(agent => personOf(agent, reader, sapa.clock())),
    roles: invitable(reader.agent, reader.words),
    fresh: null,
    typed: { name: '', email: '', role: 'agent' },
    problem: null,
    ...more
  }
}

function personOf(row: AgentRow, { agent, words }: Reader, now: Date): Person {
  const isBelow = isAtLeast(agent.role, row.role)
  return {
    ...{ id: row.id, name: row.name, email: row.email, avatar: avatarOf(row.name) },
    role: row.role,
    roleName: words.t(`agent.role.${row.role}`),
    roles: isBelow ? invitable(agent as Agent, words) : [],
    state: row.is_active === 0 ? 'off' : row.has_password ? 'active' : 'invited',
    lastSeen: row.last_seen_at === null ? '' : ago(row.last_seen_at, words, now),
    isMe: row.id === agent.id,
    isBelow
  }
}
