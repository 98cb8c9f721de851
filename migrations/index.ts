import type { Migration } from 'kysely'
import * as core from './0001-core.ts'

/** The core's migrations in order; append only. */
export const migrations: Record<string, Migration> = { '0001-core': core }
