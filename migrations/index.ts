import type { Migration } from 'kysely'
import * as core from './0001-core.ts'
import * as plugins from './0002-plugins.ts'
import * as chat from './0003-chat.ts'
import * as messaging from './0004-messaging.ts'

/** The core's migrations in order; append only. */
export const migrations: Record<string, Migration> = {
  '0001-core': core,
  '0002-plugins': plugins,
  '0003-chat': chat,
  '0004-messaging': messaging
}
