import { existsSync } from 'node:fs'
import type { Db } from '../../db/schema.ts'
import type { Config } from '../../config.ts'
import { openSecretBox } from '../../secret/box.ts'
import { keyFile } from '../../secret/key.ts'
import { findValue } from '../../setting/value.ts'
import { fine, problem, type Finding } from './finding.ts'

/** Whether the passwords of channels can be opened. Makes no key where there is none. */
export async function examineKey(db: Db, config: Config): Promise<Finding> {
  const sealed = await findValue(db, 'secret.check')
  if (sealed === null) return fine('key', 'Nothing is sealed yet')
  if (!config.secretKey && !existsSync(keyFile(config.dataDir))) {
    return problem('key', 'The file secret.key is missing and SAPA_SECRET_KEY is not set.')
  }
  try {
    openSecretBox(config.dataDir, config.secretKey).open(sealed)
    return fine('key', config.secretKey ? 'SAPA_SECRET_KEY fits' : 'The file secret.key fits')
  } catch {
    return problem('key', 'The secret key does not fit this database: bring the right one back.')
  }
}
