import { Type } from '../web/type.ts'
import { isAtLeast, roles } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import type { Translator } from '../i18n/words.ts'

export const role = Type.Union(roles.map(name => Type.Literal(name)))

/** Fields of the form that invites somebody. */
export const newAgent = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  email: Type.String({ minLength: 1, maxLength: 254 }),
  role
}

/** The roles that this agent may give, the usual one first. */
export function invitable(agent: Agent, { t }: Translator): { value: string; label: string }[] {
  const order = ['agent', 'supervisor', 'admin', 'owner', 'guest'] as const
  return order
    .filter(name => isAtLeast(agent.role, name))
    .map(name => ({ value: name, label: t(`agent.role.${name}`) }))
}
