import { hostedBy } from './provider.ts'
import type { MailSettings } from './mail-settings.ts'
import type { PlusUse } from './smtp/compose.ts'

/** What "Test connection" learned: does mail to `name+something@` arrive? */
export interface PlusFindings {
  get(address: string): Promise<boolean | null>
  set(address: string, isArriving: boolean): Promise<void>
}

/** Answers go to a plus-address when the mailbox surely gets them. */
export async function plusUse(settings: MailSettings, findings: PlusFindings): Promise<PlusUse> {
  const host = hostedBy(settings.smtp.host)
  const isOn =
    settings.plusAddresses === 'auto'
      ? ((await findings.get(settings.address)) ?? host?.hasPlus ?? false)
      : settings.plusAddresses === 'on'
  // Google rewrites another envelope sender, Microsoft refuses it.
  return { replyTo: isOn, envelope: isOn && !host?.ownsEnvelope }
}
