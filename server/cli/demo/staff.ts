import { createOwner } from '../../agent/create-owner.ts'
import { addAgent } from '../../agent/invite.ts'
import { createTeam, setMembers } from '../../agent/team.ts'
import type { Agent, Role } from '../../agent/table.ts'
import type { Db } from '../../db/schema.ts'
import { saveSettings } from '../../setting/save.ts'
import type { Team } from './script.ts'

export const owner = {
  email: 'ratna@sinarelektronik.example',
  name: 'Ratna Sulistyowati',
  password: 'sapa-pelanggan'
}

export interface Staff {
  owner: Agent
  teams: Record<Team, { id: number; members: Agent[] }>
}

const colleagues: [string, Role, Team[]][] = [
  ['Bagas Prakoso', 'supervisor', ['sales', 'service']],
  ['Dewi Anjani', 'agent', ['sales']],
  ['Yoga Pratama', 'agent', ['sales', 'shipping']],
  ['Nisa Kurniasih', 'agent', ['service']],
  ['Asep Suhendar', 'agent', ['service', 'shipping']],
  ['Melinda Hartono', 'admin', ['sales']]
]

const teamNames: Record<Team, string> = {
  sales: 'Penjualan',
  service: 'Servis & Garansi',
  shipping: 'Pengiriman'
}

/** The shop, who works there and in which teams. */
export async function hireStaff(db: Db, now: Date): Promise<Staff> {
  await saveSettings(
    db,
    { businessName: 'Sinar Elektronik', locale: 'id', timeZone: 'Asia/Jakarta' },
    now
  )
  const head = await createOwner(db, { ...owner, locale: 'id', timeZone: 'Asia/Jakarta' }, now)
  const hired: [Agent, Team[]][] = [[head, ['sales', 'service']]]
  for (const [name, role, teams] of colleagues) {
    const email = `${name.split(' ')[0]?.toLowerCase()}@sinarelektronik.example`
    hired.push([await addAgent(db, { email, name, role }, now), teams])
  }
  // Everybody works here already, with the owner's password.
  const { password_hash } = head
  await db.updateTable('agent').set({ password_hash }).execute()
  const made = {} as Staff['teams']
  for (const team of ['sales', 'service', 'shipping'] as const) {
    const members = hired.filter(([, teams]) => teams.includes(team)).map(([agent]) => agent)
    const { id } = await createTeam(db, teamNames[team], now)
    await setMembers(
      db,
      id,
      members.map(agent => agent.id)
    )
    made[team] = { id, members }
  }
  return { owner: head, teams: made }
}
