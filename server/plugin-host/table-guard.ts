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
import { within } from '../jobs/within.ts'
import { spokenIn } from './sql-tables.ts'

export type OwnTables = Kysely<Record<string, Record<string, unknown>>>

/**
 * A plugin's view of the database: only tables `<id>_…`. This protects from accidents, such as a
 * wrong table name; it is no wall, because a plugin runs in this process. `known` are the ids of all
 * plugins: `poin_plus_…` belongs to `poin-plus`, not to `poin`.
 */
export function ownTables(db: Db, pluginId: string, known: () => Iterable<string>): OwnTables {
  return fenced(db.withPlugin(new TableGuard(pluginId, known)) as unknown as OwnTables)
}

/** Everybody shares one connection: whoever holds it makes the whole of Sapa wait. */
const transactionMs = 5_000

/** What would lead around the guard, or keep the connection for good. */
const closed = [
  ...['destroy', 'connection', 'startTransaction', 'executeQuery'],
  ...['withoutPlugins', 'withPlugin', 'withSchema', 'withTables']
]

function fenced(tables: OwnTables): OwnTables {
  const begin = tables.transaction.bind(tables)
  const refuse = async () => {
    throw new Error('The database belongs to Sapa')
  }
  const doors = Object.fromEntries(closed.map(name => [name, { value: refuse }]))
  const transaction = () => ({
    execute: <T>(work: (trx: OwnTables) => Promise<T>) =>
      begin().execute(trx => inTime(trx as OwnTables, work))
  })
  return Object.defineProperties(tables, { ...doors, transaction: { value: transaction } })
}

async function inTime<T>(trx: OwnTables, work: (trx: OwnTables) => Promise<T>): Promise<T> {
  const end = new EndGuard()
  try {
    const answer = (async () => work(fenced(trx.withPlugin(end))))()
    if (await within(answer, transactionMs)) return await answer
    throw new Error(`A transaction took longer than ${transactionMs} ms and was undone`)
  } finally {
    end.isOver = true
  }
}

/** What comes after the end would get into the transaction of somebody else. */
class EndGuard implements KyselyPlugin {
  isOver = false

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (this.isOver) throw new Error('The transaction is over')
    return node
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result)
  }
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
    for (const statement of seen.sql) {
      const spoken = spokenIn(statement)
      for (const table of spoken.tables) seen.tables.add(table)
      for (const name of spoken.own) seen.own.add(name)
    }
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
  if (part.kind === 'RawNode') seen.sql.push(sqlOf(part))
  if (part.kind === 'CommonTableExpressionNameNode') return remember(part['table'], seen.own)
  // A foreign key may lead to a table of Sapa.
  if (part.kind === 'ReferencesNode') return
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

/** Raw SQL as it will be, with names and pieces filled in. */
function sqlOf(part: Node): string {
  const values = part['parameters'] as Node[]
  const fragments = part['sqlFragments'] as string[]
  return fragments.map((text, index) => text + placed(values[index])).join('')
}

function placed(value: Node | undefined): string {
  if (value?.kind === 'RawNode') return sqlOf(value)
  return value?.kind === 'IdentifierNode' ? `"${String(value['name'])}"` : ' ? '
}
