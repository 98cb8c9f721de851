import type { Sapa } from '../sapa.ts'
import { startReset } from './reset.ts'

export interface Notice {
  to: { address: string; name: string }
  subject: string
  text: string
}

/** Sends the link for a lost password, in the language of whoever lost it. */
export function handleResets(
  sapa: Pick<Sapa, 'db' | 'jobs' | 'clock' | 'words' | 'config'>,
  send: (notice: Notice) => Promise<void>
): void {
  sapa.jobs.handle('core', 'password-reset', async payload => {
    const { email } = payload as { email: string }
    const started = await startReset(sapa.db, email, sapa.clock())
    if (!started) return
    const { agent, token } = started
    const { t } = sapa.words.translator(agent.locale, agent.time_zone)
    const url = `${sapa.config.publicUrl}/password/${token}`
    await send({
      to: { address: agent.email, name: agent.name },
      subject: t('agent.reset.mail_subject'),
      text: t('agent.reset.mail_text', { name: agent.name, url })
    })
  })
}
