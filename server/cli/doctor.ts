import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { stagingFolder } from '../backup/swap.ts'
import { ConfigError, readConfig, type Config } from '../config.ts'
import { openDb } from '../db/open.ts'
import { databaseFile } from '../db/prepare.ts'
import type { Db } from '../db/schema.ts'
import { examineDatabase } from './doctor/database.ts'
import { examineFiles } from './doctor/files.ts'
import { count, fine, problem, warning, type Finding } from './doctor/finding.ts'
import { examineKey } from './doctor/key.ts'
import { examineMachine } from './doctor/machine.ts'
import { examineOperation } from './doctor/operation.ts'
import { explain } from './explain.ts'
import { say } from './say.ts'

/** Looks at everything, says it, and ends with 1 when something is wrong. */
export async function examine(options: { json?: boolean }): Promise<void> {
  const findings = await findAll(new Date())
  const problems = findings.filter(finding => finding.level === 'problem').length
  const warnings = findings.filter(finding => finding.level === 'warning').length
  if (options.json) say(JSON.stringify({ isHealthy: problems === 0, findings }, null, 2))
  else {
    for (const { level, part, text } of findings) {
      say(`${level.padEnd(8)} ${part.padEnd(13)} ${text}`)
    }
    say(`${count(problems, 'problem')}, ${count(warnings, 'warning')}.`)
  }
  if (problems > 0) process.exitCode = 1
}

async function findAll(now: Date): Promise<Finding[]> {
  const { config, findings } = configuration()
  findings.push(...examineMachine(config.dataDir))
  if (existsSync(stagingFolder(config.dataDir))) {
    findings.push(warning('restore', 'A restore was interrupted; the next start ends it.'))
  }
  const file = databaseFile(config.dataDir)
  if (!existsSync(file)) return [...findings, warning('database', 'There is none yet.')]
  const db = open(file)
  if (!db)
    return [...findings, problem('database', 'The file sapa.db cannot be read: restore a backup.')]
  const parts = [
    ['database', () => examineDatabase(db)],
    ['key', async () => [await examineKey(db, config)]],
    ['operation', () => examineOperation(db)],
    ['files', () => examineFiles(db, config.dataDir, now)]
  ] as const
  for (const [part, look] of parts) {
    findings.push(...(await look().catch(error => [problem(part, explain(error))])))
  }
  await db.destroy()
  return findings
}

function open(file: string): Db | null {
  try {
    return openDb(file, { isReadOnly: true })
  } catch {
    return null
  }
}

function configuration(): { config: Config; findings: Finding[] } {
  try {
    const config = readConfig()
    return { config, findings: [fine('configuration', `Reached by ${config.publicUrl}`)] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const config = readConfig({ DATA_DIR: resolve(process.env.DATA_DIR?.trim() || './data') })
    return { config, findings: error.problems.map(text => problem('configuration', text)) }
  }
}
