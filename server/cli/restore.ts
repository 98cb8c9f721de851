import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { restoreBackup, type Restored } from '../backup/restore.ts'
import { readConfig, type Config } from '../config.ts'
import { openDb } from '../db/open.ts'
import { databaseFile } from '../db/prepare.ts'
import { keyFile } from '../secret/key.ts'
import { count } from './doctor/finding.ts'
import { examineKey } from './doctor/key.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'

/** The server must be stopped. */
export async function restore(file: string, options: { force?: boolean }): Promise<void> {
  const config = readConfig()
  const path = resolve(file)
  if (!existsSync(path)) throw new Refusal(`There is no file ${path}.`)
  const request = { file: path, dataDir: config.dataDir, isForced: options.force ?? false }
  tell(await restoreBackup(request, new Date()), config)
  await tellKey(config)
}

function tell({ manifest, end, counts, unknown, aside }: Restored, { dataDir }: Config): void {
  const when = new Date(manifest.createdAt).toISOString().slice(0, 16).replace('T', ' ')
  const { conversations, messages, files } = counts
  const holds = [
    count(conversations, 'conversation'),
    count(messages, 'message'),
    count(files - end.missing.length, 'attached file')
  ]
  say(`${dataDir} is as it was on ${when} UTC: ${holds.join(', ')}.`)
  if (unknown > 0) {
    remark(
      `${count(unknown, 'message part was', 'message parts were')} waiting to be sent; nobody knows whether they were since. They are shown as unknown and are not sent by themselves.`
    )
  }
  if (aside) remark(`What was there before lies in ${aside}; remove it when you no longer need it.`)
  remark('Everybody has to sign in again.')
}

async function tellKey(config: Config): Promise<void> {
  const db = openDb(databaseFile(config.dataDir), { isReadOnly: true })
  try {
    const { level } = await examineKey(db, config)
    if (level === 'ok') return
  } finally {
    await db.destroy()
  }
  remark(
    `Before you start: bring the secret key of that time back, as ${keyFile(config.dataDir)} or in SAPA_SECRET_KEY. Without it the passwords of channels cannot be opened.`
  )
}
