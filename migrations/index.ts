import type { Migration } from 'kysely'
import * as core from './0001-core.ts'
import * as plugins from './0002-plugins.ts'

/** The core's migrations in order; append only. */
export const migrations: Record<string, Migration> = {
  '0001-core': core,
  '0002-plugins': plugins
}
