import type { Kysely } from 'kysely'

/**
 * All tables. Each feature adds its own by declaration merging in its `table.ts`:
 * `declare module '../db/schema.ts' { interface Tables { tag: TagTable } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface Tables {}

/** The database, or the open transaction. Always the first argument. */
export type Db = Kysely<Tables>
