import type { Sapa } from '../sapa.ts'
import type { Notice } from './reset-job.ts'
import type { Agent } from './table.ts'

/** The page behind an invitation: sent by mail, and shown to whoever invites. */
export function invitationUrl({ config }: Pick<Sapa, 'config'>, token: string): string {
  return `${config.publicUrl}/invite/${token}`
}

/** The mail of an invitation, in the language that the new person will start with. */
export function invitationNotice(
  sapa: Pick<Sapa, 'config' | 'words'>,
  agent: Agent,
  token: string,
  inviter: Pick<Agent, 'name'>
): Notice {
  const { t } = sapa.words.translator(agent.locale, agent.time_zone)
  const values = { name: agent.name, inviter: inviter.name, url: invitationUrl(sapa, token) }
  return {
    to: { address: agent.email, name: agent.name },
    subject: t('agent.invite.mail_subject', values),
    text: t('agent.invite.mail_text', values)
  }
}
