/**
 * A plugin's own tables. Behind it stands the query builder Kysely; what is written here is promised,
 * the rest of it may change. `Row` is what you say a table holds: `db.selectFrom<Visit>('tamu_visit')`.
 */
export interface PluginDb {
  selectFrom<Row extends object = TableRow>(table: string): SelectQuery<Row>
  insertInto<Row extends object = TableRow>(table: string): InsertQuery<Row>
  updateTable<Row extends object = TableRow>(table: string): UpdateQuery<Row>
  deleteFrom<Row extends object = TableRow>(table: string): DeleteQuery<Row>
  /** All or nothing. Inside it use only `trx`, and never wait for the network: everybody waits with you. */
  transaction(): { execute<T>(work: (trx: PluginDb) => Promise<T>): Promise<T> }
  /** For migrations. */
  readonly schema: TableSchema
}

export type TableRow = Record<string, unknown>

/** A file `migrations/0001-….ts`: `export async function up(db: PluginDb) { … }`. Once run, never changed. */
export interface PluginMigration {
  up(db: PluginDb): Promise<void>
}

export type Column<Row> = keyof Row & string
export type Comparison =
  | ('=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'not like')
  | ('in' | 'not in' | 'is' | 'is not')

/** What ends every query. */
export interface Answered<Out> {
  execute(): Promise<Out[]>
  executeTakeFirst(): Promise<Out | undefined>
  executeTakeFirstOrThrow(): Promise<Out>
}

export interface SelectQuery<Row extends object, Out = object> extends Answered<Out> {
  select<Name extends Column<Row>>(
    columns: Name | readonly Name[]
  ): SelectQuery<Row, Out & Pick<Row, Name>>
  /** `select(make => make.fn.countAll<number>().as('count'))` */
  select<Name extends string, Value>(
    make: (make: { fn: Aggregates<Row> }) => Aliased<Name, Value>
  ): SelectQuery<Row, Out & { [Key in Name]: Value }>
  selectAll(): SelectQuery<Row, Row>
  where(column: Column<Row>, comparison: Comparison, value: unknown): SelectQuery<Row, Out>
  orderBy(column: Column<Row>, direction?: 'asc' | 'desc'): SelectQuery<Row, Out>
  groupBy(columns: Column<Row> | readonly Column<Row>[]): SelectQuery<Row, Out>
  limit(rows: number): SelectQuery<Row, Out>
  offset(rows: number): SelectQuery<Row, Out>
}

export interface Aggregates<Row extends object> {
  countAll<Value = number>(): Expression<Value>
  sum<Value = number | null>(column: Column<Row>): Expression<Value>
  max<Value = unknown>(column: Column<Row>): Expression<Value>
  min<Value = unknown>(column: Column<Row>): Expression<Value>
}

export interface Expression<Value> {
  as<Name extends string>(name: Name): Aliased<Name, Value>
}

/** A value with the name under which it comes back. */
export interface Aliased<Name extends string, Value> {
  readonly alias: Name
  /** Only for the compiler. */
  readonly expressionType?: Value
}

export interface InsertQuery<Row extends object, Out = WriteResult> extends Answered<Out> {
  values(rows: Partial<Row> | readonly Partial<Row>[]): InsertQuery<Row, Out>
  onConflict(
    choose: (conflict: {
      columns(columns: readonly Column<Row>[]): ConflictChoice<Row>
      column(column: Column<Row>): ConflictChoice<Row>
    }) => unknown
  ): InsertQuery<Row, Out>
  returning<Name extends Column<Row>>(
    columns: Name | readonly Name[]
  ): InsertQuery<Row, Pick<Row, Name>>
}

export interface ConflictChoice<Row extends object> {
  doNothing(): unknown
  doUpdateSet(values: Partial<Row>): unknown
}

export interface UpdateQuery<Row extends object> extends Answered<WriteResult> {
  set(values: Partial<Row>): UpdateQuery<Row>
  where(column: Column<Row>, comparison: Comparison, value: unknown): UpdateQuery<Row>
}

export interface DeleteQuery<Row extends object> extends Answered<WriteResult> {
  where(column: Column<Row>, comparison: Comparison, value: unknown): DeleteQuery<Row>
}

export interface WriteResult {
  readonly insertId?: bigint | undefined
  readonly numUpdatedRows?: bigint
  readonly numDeletedRows?: bigint
}

export interface TableSchema {
  createTable(table: string): NewTable
  alterTable(table: string): {
    addColumn(name: string, type: ColumnType, shape?: ColumnShape): { execute(): Promise<void> }
  }
  createIndex(name: string): NewIndex
  dropTable(table: string): { ifExists(): { execute(): Promise<void> }; execute(): Promise<void> }
}

export type ColumnType = 'integer' | 'text' | 'real' | 'blob'
export type ColumnShape = (column: NewColumn) => NewColumn

export interface NewTable {
  ifNotExists(): NewTable
  addColumn(name: string, type: ColumnType, shape?: ColumnShape): NewTable
  addUniqueConstraint(name: string, columns: string[]): NewTable
  execute(): Promise<void>
}

export interface NewColumn {
  primaryKey(): NewColumn
  notNull(): NewColumn
  unique(): NewColumn
  defaultTo(value: string | number | null): NewColumn
  /** `references('customer.id')` with `onDelete('cascade')`: erased together with the customer. */
  references(column: string): NewColumn
  onDelete(what: 'cascade' | 'set null' | 'restrict'): NewColumn
}

export interface NewIndex {
  on(table: string): NewIndex
  columns(columns: string[]): NewIndex
  unique(): NewIndex
  execute(): Promise<void>
}
