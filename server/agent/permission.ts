import type { Role } from './table.ts'

/** What a route may ask for. Roles hold fixed sets; what a guest sees is narrowed further by the reads. */
export type Permission = (typeof permissions)[number]

export const permissions = [
  'profile:edit',
  'live:read',
  'conversation:read',
  'conversation:reply',
  'conversation:note',
  'conversation:assign',
  'conversation:close',
  'conversation:edit',
  'customer:read',
  'customer:edit',
  'search:read',
  'report:read',
  'account:read',
  'account:manage',
  'agent:read',
  'agent:manage',
  'setting:manage',
  'plugin:manage',
  'journal:manage',
  'outbox:read',
  'metrics:read',
  'owner:manage'
] as const

const guest: Permission[] = [
  'profile:edit',
  'live:read',
  'conversation:read',
  'conversation:reply',
  'conversation:note',
  'conversation:close'
]
const agent: Permission[] = [
  ...guest,
  'conversation:assign',
  'conversation:edit',
  'customer:read',
  'customer:edit',
  'search:read',
  'account:read',
  'agent:read'
]
const supervisor: Permission[] = [...agent, 'report:read', 'outbox:read', 'journal:manage']
const admin: Permission[] = [
  ...supervisor,
  'account:manage',
  'agent:manage',
  'setting:manage',
  'plugin:manage',
  'metrics:read'
]

const table: Record<Role, ReadonlySet<Permission>> = {
  guest: new Set(guest),
  agent: new Set(agent),
  supervisor: new Set(supervisor),
  admin: new Set(admin),
  owner: new Set(permissions)
}

/** From the least to the most trusted. */
export const roles: readonly Role[] = ['guest', 'agent', 'supervisor', 'admin', 'owner']

export function may(role: Role, permission: Permission): boolean {
  return table[role].has(permission)
}

/** The roles that hold a permission, for "ask an admin" on the refusal page. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter(role => may(role, permission))
}

/** Whether `role` is at least as trusted as `other`. */
export function isAtLeast(role: Role, other: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(other)
}
