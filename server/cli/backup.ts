import { existsSync } from 'node:fs'
import { writeBackup, type Written } from '../backup/write.ts'
import { readConfig, type Config } from '../config.ts'
import { databaseFile } from '../db/prepare.ts'
import { createPool } from '../jobs/pool.ts'
import { keyFile } from '../secret/key.ts'
import { count, megabytes } from './doctor/finding.ts'
import { nothingThere } from './installation.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'
import { version } from './version.ts'

/** May run while the server works, as often as one likes. */
export async function backUp(file: string, options: { withKey?: boolean }): Promise<void> {
  const config = readConfig()
  const { dataDir } = config
  if (!existsSync(databaseFile(dataDir))) throw nothingThere(dataDir)
  const withKey = options.withKey ?? false
  if (withKey && !existsSync(keyFile(dataDir))) {
    throw new Refusal('There is no file secret.key to include: the key is SAPA_SECRET_KEY.')
  }
  const pool = createPool({ size: 1 })
  try {
    const request = { dataDir, file, withKey, sapa: version(), pool }
    tell(await writeBackup(request, new Date()), config)
  } finally {
    await pool.stop()
  }
}

function tell({ file, bytes, manifest, end }: Written, config: Config): void {
  const { conversations, messages, files } = manifest.counts
  const holds = [
    count(conversations, 'conversation'),
    count(messages, 'message'),
    count(files, 'attached file')
  ]
  say(`${file} is written and checked: ${holds.join(', ')}; ${megabytes(bytes)}.`)
  if (end.missing.length > 0) {
    remark(`${count(end.missing.length, 'attached file')} could not be found: see \`sapa doctor\`.`)
  }
  if (end.damaged.length > 0) {
    remark(
      `${count(end.damaged.length, 'attached file')} had been damaged before: see \`sapa doctor\`.`
    )
  }
  remark(manifest.holdsKey ? keyInside : keyOutside(config))
}

const keyInside =
  'It holds the secret key: whoever has this file can read the passwords of your channels.'

function keyOutside(config: Config): string {
  const key = config.secretKey ? 'SAPA_SECRET_KEY' : keyFile(config.dataDir)
  return `Passwords of channels are in it only sealed. Keep a copy of ${key} elsewhere, or use --with-key.`
}
