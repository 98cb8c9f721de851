import type { Permission } from '../agent/permission.ts'
import { may } from '../agent/permission.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import type { Request } from '../web/app.ts'

/** What stands around every page of the settings. */
export interface Frame {
  shell: Shell
  rooms: Room[]
}

export interface Room {
  href: string
  word: string
  icon: string
  isCurrent: boolean
}

const rooms: { href: string; word: string; icon: string; can: Permission }[] = [
  { href: '/settings/general', word: 'settings.general', icon: 'store', can: 'setting:manage' },
  { href: '/settings/accounts', word: 'settings.accounts', icon: 'plug', can: 'account:read' },
  { href: '/settings/agents', word: 'settings.agents', icon: 'users-round', can: 'agent:manage' },
  { href: '/settings/teams', word: 'settings.teams', icon: 'building-2', can: 'agent:manage' },
  { href: '/settings/health', word: 'settings.health', icon: 'activity', can: 'journal:manage' },
  { href: '/settings/tokens', word: 'settings.tokens', icon: 'key-round', can: 'setting:manage' }
]

/** The rooms that this reader may enter, one of them marked. */
export async function frameOf(sapa: Sapa, request: Request, current: string): Promise<Frame> {
  const reader = readerOf(request)
  return {
    shell: await shellOf(sapa, reader, '/settings'),
    rooms: rooms
      .filter(room => may(reader.agent.role, room.can))
      .map(({ href, word, icon }) => ({ href, word, icon, isCurrent: href === current }))
  }
}

/** Where `/settings` leads for this reader; nowhere for those who may see none of it. */
export function firstRoom(request: Request): string | null {
  const { agent } = readerOf(request)
  return rooms.find(room => may(agent.role, room.can))?.href ?? null
}

/** Whether htmx asks for a part, or a browser for a page. */
export const isPart = (request: Request) => request.headers['hx-request'] !== undefined
