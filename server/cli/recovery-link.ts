import { createRecoveryLink, recoveryUrl } from '../plugin-host/recovery/key.ts'
import { withInstallation } from './installation.ts'
import { remark, say } from './say.ts'

/** Whoever reaches the data folder may let somebody in. */
export async function printRecoveryLink(): Promise<void> {
  await withInstallation(async ({ config, db, now, isServing }) => {
    const token = await createRecoveryLink(db, now)
    remark('Opens the recovery page once, within 30 minutes:')
    say(recoveryUrl(config.publicUrl, token))
    if (!isServing)
      remark('No server runs on this data. Start it: `npm start`, or `npm start -- --safe`.')
  })
}
