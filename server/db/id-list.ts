import { sql } from 'kysely'

/** For `where('id', 'in', …)` with any number of ids: one parameter holds them all. */
export function idList(ids: number[]) {
  return sql<number>`(select value from json_each(${JSON.stringify(ids)}))`
}
