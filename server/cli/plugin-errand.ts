import { carryOutAlone } from '../plugin-host/errand/alone.ts'
import { valueOf, type Answer, type Errand } from '../plugin-host/errand/errand.ts'
import { sendErrand } from '../plugin-host/errand/send.ts'
import { openSecretBox } from '../secret/box.ts'
import { checkKey } from '../secret/check.ts'
import { withInstallation } from './installation.ts'
import { Refusal } from './refusal.ts'

/** Beside a running server the server does it, at once for everybody; else this process does it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks knows the answer
export async function ask<T>(errand: Errand): Promise<{ value: T; isServing: boolean }> {
  return withInstallation(async ({ config, db, now, isServing }) => {
    const secrets = openSecretBox(config.dataDir, config.secretKey)
    await checkKey(db, secrets, now)
    const answer = isServing
      ? await sendErrand(db, secrets, errand, now)
      : await carryOutAlone({ config, db, secrets }, errand)
    return { value: valueOf(named(answered(answer), errand)) as T, isServing }
  })
}

function answered(answer: Answer | null): Answer {
  if (answer) return answer
  throw new Refusal(
    'The running server did not answer within two minutes. It may still do what was asked.'
  )
}

function named(answer: Answer, errand: Errand): Answer {
  if (!('code' in answer) || answer.code !== 'not_found' || !('id' in errand)) return answer
  throw new Refusal(`There is no plugin ${errand.id}. \`sapa plugin list\` names all of them.`)
}
