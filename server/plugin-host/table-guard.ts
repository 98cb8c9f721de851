import type {
  Kysely,
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow
} from 'kysely'
import type { Db } from '../db/schema.ts'
import { isOwnTable, prefixOf } from './table-owner.ts'

export type OwnTables = Kysely<Record<string, Record<string, unknown>>>

/**
 * A plugin's view of the database: only tables `<id>_…`. This protects from accidents, such as a
 * wrong table name; it is no wall, because a plugin runs in this process. `known` are the ids of all
 * plugins: `poin_plus_…` belongs to `poin-plus`, not to `poin`.
 */
export function ownTables(db: Db, pluginId: string, known: () => Iterable<string>): OwnTables {
  const guarded = db.withPlugin(new TableGuard(pluginId, known)) as unknown as OwnTables
  const refuse = () => Promise.reject(new Error('The database belongs to Sapa'))
  return Object.defineProperty(guarded, 'destroy', { value: refuse })
}

class TableGuard implements KyselyPlugin {
  readonly #plugin: string
  readonly #prefix: string
  readonly #known: () => Iterable<string>

  constructor(pluginId: string, known: () => Iterable<string>) {
    this.#plugin = pluginId
    this.#prefix = prefixOf(pluginId)
    this.#known = known
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    const seen = { tables: new Set<string>(), own: new Set<string>(), sql: [] as string[] }
    look(node, seen)
    for (const statement of seen.sql) lookAtSql(statement, seen)
    for (const table of seen.tables) if (!seen.own.has(table)) this.#check(table)
    return node
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result)
  }

  #check(table: string): void {
    if (isOwnTable(table, this.#plugin, this.#known())) return
    throw new Error(`${this.#plugin} may only use tables ${this.#prefix}…, not ${table}`)
  }
}

/** `own` are names that the query itself gives: common table expressions. */
interface Seen {
  tables: Set<string>
  own: Set<string>
  sql: string[]
}

interface Node {
  kind?: string
  [part: string]: unknown
}

function look(node: unknown, seen: Seen): void {
  if (Array.isArray(node)) return node.forEach(part => look(part, seen))
  if (typeof node !== 'object' || node === null) return
  const part = node as Node
  if (part.kind === 'ValueNode' || part.kind === 'PrimitiveValueListNode') return
  if (part.kind === 'RawNode') seen.sql.push((part['sqlFragments'] as string[]).join(' ? '))
  if (part.kind === 'CommonTableExpressionNameNode') return remember(part['table'], seen.own)
  // `table.column` can only speak of a table that stands elsewhere, or of its alias.
  if (part.kind === 'ReferenceNode') return look(part['column'], seen)
  if (part.kind === 'SchemableIdentifierNode') remember(part, seen.tables)
  for (const [name, value] of Object.entries(part)) if (name !== 'kind') look(value, seen)
}

function remember(node: unknown, names: Set<string>): void {
  const { table, schema, identifier } = node as Record<string, Node | undefined>
  if (table) return remember(table, names)
  const prefix = schema ? `${String(schema['name'])}.` : ''
  names.add(prefix + String(identifier?.['name']))
}

const tableWords =
  /\b(?:from|join|into|update|table(?:\s+if(?:\s+not)?\s+exists)?)\s+["'`[]?([a-z_][\w.]*)/gi

/** Raw SQL is only skimmed. */
function lookAtSql(statement: string, seen: Seen): void {
  if (/\b(?:pragma|attach|detach|vacuum|reindex)\b/i.test(statement)) {
    throw new Error('A plugin may not change how the database works')
  }
  for (const [, name] of statement.matchAll(tableWords)) if (name) seen.tables.add(name)
}
