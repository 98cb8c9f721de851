import type { Config } from '../config.ts'
import { lockDataDir } from '../db/lock.ts'
import type { Db } from '../db/schema.ts'
import { carryOutAlone } from '../plugin-host/errand/alone.ts'
import { valueOf, type Answer, type Errand } from '../plugin-host/errand/errand.ts'
import { sendErrand } from '../plugin-host/errand/send.ts'
import { openSecretBox, type SecretBox } from '../secret/box.ts'
import { checkKey } from '../secret/check.ts'
import { withInstallation } from './installation.ts'
import { Refusal } from './refusal.ts'

/** Beside a running server the server does it, at once for everybody; else this process does it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks knows the answer
export async function ask<T>(errand: Errand): Promise<{ value: T; isServing: boolean }> {
  return withInstallation(
    async ({ config, db, now, isServing }) => {
      const secrets = openSecretBox(config.dataDir, config.secretKey)
      await checkKey(db, secrets, now)
      const answer = isServing
        ? await askServer(config, db, secrets, errand, now)
        : await carryOutAlone({ config, db, secrets }, errand)
      return { value: valueOf(named(answer, errand)) as T, isServing }
    },
    { isAlone: true }
  )
}

async function askServer(
  { dataDir }: Config,
  db: Db,
  secrets: SecretBox,
  errand: Errand,
  now: Date
): Promise<Answer> {
  const isGone = () => isServerGone(dataDir)
  const answer = await sendErrand(db, secrets, errand, { now, isGone })
  if (answer === 'gone') {
    throw new Refusal('The server ended before it answered. Look with `sapa plugin list`.')
  }
  if (answer) return answer
  throw new Refusal(
    'The running server did not answer within two minutes. It may still do what was asked.'
  )
}

/** What it did not do by then, it will not do. */
function isServerGone(dataDir: string): boolean {
  try {
    lockDataDir(dataDir, 'command')()
    return true
  } catch {
    return false
  }
}

function named(answer: Answer, errand: Errand): Answer {
  if (!('code' in answer) || answer.code !== 'not_found' || !('id' in errand)) return answer
  throw new Refusal(`There is no plugin ${errand.id}. \`sapa plugin list\` names all of them.`)
}
