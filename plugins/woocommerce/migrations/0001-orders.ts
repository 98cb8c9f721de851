import { sql, type Kysely } from 'kysely'

/** What the shop said last of each customer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table woocommerce_customer (
    customer_id integer primary key,
    orders text not null,
    fetched_at integer not null
  ) strict`.execute(db)
  await sql`create index woocommerce_customer_fetched on woocommerce_customer (fetched_at)`.execute(
    db
  )
}
