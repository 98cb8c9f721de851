import { acceptInvitation, addAgent } from '../agent/invite.ts'
import { issueLink } from '../agent/link.ts'
import type { Role } from '../agent/table.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { isTimeZone } from '../i18n/format.ts'
import { getSettings } from '../setting/get.ts'
import { withInstallation } from './installation.ts'
import { remark, say } from './say.ts'
import { readPassword, type PasswordOptions } from './secret-input.ts'

export interface AgentOptions extends PasswordOptions {
  email: string
  name: string
  role: Role
  locale?: string
  timeZone?: string
}

/** Whoever reaches the data folder may make an owner: this is the way back in, too. */
export async function createAgent(options: AgentOptions): Promise<void> {
  const { email, name, role } = options
  const password = await readPassword(options)
  if (options.timeZone && !isTimeZone(options.timeZone)) {
    throw new InvalidInput({ timeZone: 'error.field.invalid' })
  }
  await withInstallation(async ({ config, db, now }) => {
    const settings = await getSettings(db)
    const { locale = settings.locale, timeZone = settings.timeZone } = options
    const token = await inTransaction(db, async trx => {
      const agent = await addAgent(trx, { email, name, role, locale, timeZone }, now)
      const link = await issueLink(trx, agent.id, 'invite', now)
      if (password) await acceptInvitation(trx, link, { name, password }, now)
      return link
    })
    if (password) return say(`${name} can sign in as ${email.trim()} on ${config.publicUrl}`)
    remark(`${name} chooses a password here within 7 days:`)
    say(`${config.publicUrl}/invite/${token}`)
  })
}
