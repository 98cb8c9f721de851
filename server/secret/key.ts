import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'

/** The key of the installation, from `given` or from a file that is written once. */
export function readKey(dataDir: string, given?: string): Buffer {
  const text = given?.trim() || readKeyFile(dataDir)
  if (text.length < 32) {
    throw new Error(
      given?.trim()
        ? 'SAPA_SECRET_KEY is too short: give at least 32 characters, best from `openssl rand -hex 32`'
        : `The key file ${keyFile(dataDir)} is damaged: bring it back from your backup`
    )
  }
  return createHash('sha256').update(text).digest()
}

export const keyFile = (dataDir: string) => join(dataDir, 'secret.key')

function readKeyFile(dataDir: string): string {
  try {
    return readFileSync(keyFile(dataDir), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return createKeyFile(dataDir)
  }
}

/** Written aside and linked: a crash leaves no half a key, and of two starts at once one key wins. */
function createKeyFile(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const text = randomBytes(32).toString('hex')
  const draft = `${keyFile(dataDir)}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  writeSync(file, `${text}\n`)
  fsyncSync(file)
  closeSync(file)
  try {
    linkSync(draft, keyFile(dataDir))
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFileSync(keyFile(dataDir), 'utf8').trim()
  } finally {
    unlinkSync(draft)
  }
}
