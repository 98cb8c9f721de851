import { createApiToken } from '../agent/api-token.ts'
import { findAgentByEmail } from '../agent/find.ts'
import { withInstallation } from './installation.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'

export interface TokenOptions {
  agent: string
  name: string
  days?: string
}

export async function createToken(options: TokenOptions): Promise<void> {
  const days = readDays(options.days)
  await withInstallation(async ({ db, now }) => {
    const agent = await findAgentByEmail(db, options.agent)
    if (!agent) throw new Refusal(`Nobody here has the address ${options.agent}.`)
    if (!agent.is_active) throw new Refusal(`${agent.name} is disabled, so a token would not work.`)
    const expiry = days === null ? {} : { expiresAt: now.getTime() + days * 86_400_000 }
    const { token } = await createApiToken(
      db,
      { agentId: agent.id, name: options.name, ...expiry },
      now
    )
    remark(`A token with the rights of ${agent.name}. Keep it safe: it is not shown again.`)
    say(token)
  })
}

function readDays(text: string | undefined): number | null {
  if (text === undefined) return null
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days
  throw new Refusal(`--days takes a whole number from 1 to 3650, not "${text}".`)
}
