import { ConfigError } from '../config.ts'
import { DomainError, InvalidInput } from '../errors.ts'
import { loadWords } from '../i18n/words.ts'

/** Any error as sentences, without a stack; LOG_LEVEL=debug adds it. */
export function explain(error: unknown): string {
  const stack = isDebugging() && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `${sentence(error)}${stack}`
}

function sentence(error: unknown): string {
  if (error instanceof InvalidInput) return listFields(error)
  if (error instanceof DomainError) return told(error)
  if (error instanceof ConfigError)
    return `This configuration cannot be used:${list(error.problems)}`
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const text = known[code]
  return text ? `${text} (${error.message})` : error.message
}

function listFields({ fields }: InvalidInput): string {
  const { t } = words()
  const lines = Object.entries(fields).map(([name, key]) => `${options[name] ?? name}: ${t(key)}`)
  return `Some values cannot be used; nothing was stored.${list(lines)}`
}

function told(error: DomainError): string {
  const key = `error.${error.code}`
  const text = words().t(key, error.values)
  return text === key ? `Not possible: ${error.code.replaceAll('_', ' ')}.` : text
}

const list = (lines: string[]) => lines.map(line => `\n  - ${line}`).join('')

const words = () => loadWords().translator('en', 'UTC')

const isDebugging = () => ['debug', 'trace'].includes(process.env.LOG_LEVEL ?? '')

/** Which option a field of the domain comes from. */
const options: Record<string, string> = {
  email: '--email',
  name: '--name',
  password: 'the password',
  locale: '--locale',
  timeZone: '--time-zone',
  businessName: '--business'
}

const known: Record<string, string> = {
  EACCES: 'This user may not read or write here.',
  EPERM: 'This user may not do this here.',
  EROFS: 'This disk can only be read.',
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota is used up.',
  ENOENT: 'Something is not there.',
  SQLITE_FULL: 'The disk is full.',
  SQLITE_BUSY: 'Another program keeps the database busy. Try again in a moment.',
  SQLITE_CORRUPT: 'The database is damaged. Run `sapa doctor`, and restore a backup.',
  SQLITE_NOTADB: 'The file sapa.db is not a database. Restore a backup.',
  SQLITE_READONLY: 'The database can only be read by this user.',
  SQLITE_CANTOPEN: 'The database cannot be opened by this user.'
}
