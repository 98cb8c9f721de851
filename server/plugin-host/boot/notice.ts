import { listOwners, listRecipients } from '../../channel/recipients.ts'
import { sendNotice } from '../../channel/notice.ts'
import type { Sapa } from '../../sapa.ts'
import { findValue, setValue } from '../../setting/value.ts'
import type { PluginEntry } from '../host.ts'
import { createRecoveryLink, recoveryUrl } from '../recovery/key.ts'
import { whyText, type Why } from './why.ts'

type Base = Pick<Sapa, 'db' | 'words' | 'clock' | 'config'>

const linkEveryMs = 60 * 60_000
const lastLink = 'recovery.mailed_at'

/**
 * Tells that the system has switched a plugin off. After one that ended or stalled the whole process
 * the owners also get a way in that needs neither plugins nor a sign-in, at most once an hour.
 */
export async function noticeQuarantine(base: Base, plugin: PluginEntry, why: Why): Promise<void> {
  const { db, words, clock, config } = base
  const now = clock()
  const isGrave = why.kind === 'boot' || why.kind === 'hang'
  const hasLink = isGrave && (await takeTurn(db, now))
  for (const { email, locale, timeZone } of await (hasLink ? listOwners : listRecipients)(db)) {
    const translator = words.translator(locale, timeZone)
    const title = plugin.manifest?.title[locale === 'en' ? 'en' : 'id'] ?? plugin.id
    const values = {
      title,
      why: whyText({ ...why, at: now.getTime() }, translator, now),
      reason: plugin.reason ?? '',
      url: `${config.publicUrl}/plugins`
    }
    const { t } = translator
    const parts = [t('quarantine.mail.text', values)]
    if (hasLink) {
      const url = recoveryUrl(config.publicUrl, await createRecoveryLink(db, now))
      parts.push(t('quarantine.mail.link', { url }))
    }
    const subject = t('quarantine.mail.subject', { title })
    await sendNotice(db, { to: email, subject, text: parts.join('\n\n') }, now)
  }
}

async function takeTurn(db: Base['db'], now: Date): Promise<boolean> {
  const last = Number((await findValue(db, lastLink)) ?? 0)
  if (now.getTime() - last < linkEveryMs) return false
  await setValue(db, lastLink, String(now.getTime()), now)
  return true
}
