import type { SapaContext } from '../../plugin-api/plugin.ts'
import type { Active } from '../active.ts'
import { assertScope } from '../scope.ts'
import type { HostTools } from '../tools.ts'
import { checkMail } from './check.ts'
import { sendPluginMail } from './send.ts'

/** Mails in the business's name, for plugins that say so in their `plugin.json`. */
export function mailContext(
  { db, clock }: Pick<HostTools, 'db' | 'clock'>,
  active: Active
): Pick<SapaContext, 'notify'> {
  return {
    notify: async mail => {
      assertScope(active, 'mail:send')
      return sendPluginMail(db, active.id, checkMail(mail), clock())
    }
  }
}
