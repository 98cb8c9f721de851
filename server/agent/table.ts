import type { Generated, Selectable } from 'kysely'

export type Role = 'owner' | 'admin' | 'supervisor' | 'agent' | 'guest'

export interface AgentTable {
  id: Generated<number>
  email: string
  name: string
  role: Role
  password_hash: string | null
  locale: Generated<string>
  time_zone: Generated<string>
  theme: Generated<string>
  density: Generated<string>
  /** Null: what the account's channel or the installation says. */
  undo_seconds: number | null
  enter_sends: Generated<number>
  shortcuts: Generated<number>
  is_active: Generated<number>
  created_at: number
  last_seen_at: number | null
}

export interface InvitationTable {
  token_hash: string
  agent_id: number
  purpose: 'invite' | 'reset'
  expires_at: number
  used_at: number | null
}

export interface SessionTable {
  id_hash: string
  agent_id: number | null
  data: string
  address: string | null
  user_agent: string | null
  created_at: number
  last_seen_at: number
  expires_at: number
}

export interface SignInAttemptTable {
  key: string
  at: number
}

export interface ApiTokenTable {
  id: Generated<number>
  agent_id: number
  name: string
  token_hash: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
  revoked_at: number | null
}

export interface IdempotencyTable {
  owner: string
  key: string
  request_hash: string
  status: number | null
  body: string | null
  created_at: number
}

export interface TeamTable {
  id: Generated<number>
  name: string
  created_at: number
}

export interface TeamMemberTable {
  team_id: number
  agent_id: number
}

export type Agent = Selectable<AgentTable>
export type Team = Selectable<TeamTable>

declare module '../db/schema.ts' {
  interface Tables {
    agent: AgentTable
    invitation: InvitationTable
    session: SessionTable
    sign_in_attempt: SignInAttemptTable
    api_token: ApiTokenTable
    idempotency: IdempotencyTable
    team: TeamTable
    team_member: TeamMemberTable
  }
}
