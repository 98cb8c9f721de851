/** What an SQL text speaks of: tables and other named things, and the names that it gives by itself. */
export interface Spoken {
  tables: string[]
  /** Common table expressions. */
  own: string[]
}

interface Token {
  text: string
  /** Unquoted and in lower case; empty for everything that cannot be a keyword. */
  word: string
  isName: boolean
}

/** One pair of brackets. */
interface Level {
  /** A table comes next. */
  isAwaited: boolean
  /** A comma leads to another table. */
  isList: boolean
  /** Names of common table expressions come: `next` after `with` and after a comma. */
  naming: 'no' | 'next' | 'later'
}

/** SQLite takes a name in any quotes, also in those of a text. */
const pattern =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([a-z_\u0080-\uffff][\w$\u0080-\uffff]*)|\d[\w.]*|[^\s\w]/gi

/** Reads a statement as far as it must be read to know its tables. Knows no more of SQL than that. */
export function spokenIn(statement: string): Spoken {
  const tokens = tokensOf(statement)
  refuseOrders(tokens)
  const spoken: Spoken = { tables: behindModule(tokens), own: [] }
  const levels: Level[] = [level()]
  tokens.forEach((token, index) => {
    const now = levels.at(-1) ?? level()
    if (token.text === '(' && !token.isName) levels.push(level(now.isAwaited))
    else if (token.text === ')' && !token.isName) {
      if (levels.length > 1) levels.pop()
      const outer = levels.at(-1)
      if (outer) outer.isAwaited = false
    } else read(tokens, index, now, spoken)
  })
  return spoken
}

const level = (isAwaited = false): Level => ({ isAwaited, isList: isAwaited, naming: 'no' })

function tokensOf(statement: string): Token[] {
  return [...statement.matchAll(pattern)].flatMap(([text, ...names]) => {
    if (/^(?:--|\/\*)/.test(text)) return []
    const name = names.find(one => one !== undefined)
    const word = names[4]?.toLowerCase() ?? ''
    return [{ text: name ?? text, word, isName: name !== undefined }]
  })
}

/** These begin a statement that is about the database itself, or about everybody's transaction. */
const orders = new Set([
  ...['pragma', 'attach', 'detach', 'vacuum', 'reindex', 'analyze'],
  ...['begin', 'commit', 'end', 'rollback', 'savepoint', 'release']
])

function refuseOrders(tokens: Token[]): void {
  const first = tokens.find(({ word }) => !['explain', 'query', 'plan'].includes(word))
  const isOrder = orders.has(first?.word ?? '')
  if (!isOrder && !tokens.some(({ word }) => word === 'load_extension')) return
  throw new Error('A plugin may not change how the database works')
}

/** Kinds of virtual tables that keep what they are given and look at no other table. */
const modules = new Set(['fts5', 'fts4', 'fts3', 'rtree', 'geopoly'])

/** A virtual table may show another one: by its kind, or as `content=…` of a full-text index, also cut as `con=…`. */
function behindModule(tokens: Token[]): string[] {
  const isMade = tokens.some(({ word }, index) => {
    return word === 'virtual' && tokens[index + 1]?.word === 'table'
  })
  if (!isMade) return []
  const using = tokens.findIndex(({ word }) => word === 'using')
  const module = tokens[using + 1]?.text.toLowerCase() ?? ''
  if (!modules.has(module)) return [module]
  return tokens.flatMap(({ text }, index) => {
    const [sign, value] = tokens.slice(index + 1, index + 3)
    const isShown = 'content'.startsWith(text.toLowerCase()) && sign?.text === '=' && value?.text
    return isShown ? [value.text] : []
  })
}

function read(tokens: Token[], index: number, now: Level, spoken: Spoken): void {
  const { text, word, isName } = tokens[index] as Token
  if (now.naming === 'next' && word !== 'recursive') {
    now.naming = 'later'
    return void spoken.own.push(text)
  }
  if (now.isAwaited && isName) {
    if (before.has(word)) return
    now.isAwaited = false
    if (!queries.has(word)) return void spoken.tables.push(nameAt(tokens, index))
  }
  if (text === ',' && !isName) {
    if (now.naming === 'later') now.naming = 'next'
    else if (now.isList) now.isAwaited = true
  }
  if (word === 'with') now.naming = 'next'
  if (queries.has(word)) now.naming = 'no'
  if (ends.has(word)) now.isList = false
  if (!leadsToTable(tokens, index)) return
  now.isAwaited = true
  now.isList = word === 'from' || word === 'join'
}

/** May stand between the keyword and the table. */
const before = new Set([
  'if',
  'not',
  'exists',
  'or',
  'replace',
  'rollback',
  'abort',
  'fail',
  'ignore'
])
const queries = new Set(['select', 'values', 'insert', 'update', 'delete', 'replace'])
const ends = new Set([
  ...['where', 'group', 'having', 'order', 'limit', 'window', 'union', 'except', 'intersect'],
  ...['set', 'returning']
])

function leadsToTable(tokens: Token[], index: number): boolean {
  const { word } = tokens[index] as Token
  const last = tokens[index - 1]?.word ?? ''
  const next = tokens[index + 1]?.word ?? ''
  if (word === 'from')
    return !(last === 'distinct' && /^(?:is|not)$/.test(tokens[index - 2]?.word ?? ''))
  if (word === 'update')
    return !['do', 'on', 'before', 'after', 'of'].includes(last) && next !== 'set'
  if (['join', 'into', 'table', 'view', 'index', 'trigger'].includes(word)) return true
  return word === 'on' && isAboutTable(tokens, index)
}

/** `create index … on` and `create trigger … on`, but not the `on` of a join. */
function isAboutTable(tokens: Token[], index: number): boolean {
  const words = tokens.slice(0, index).map(({ word }) => word)
  const isMade = words[0] === 'create' && words.some(word => word === 'index' || word === 'trigger')
  return isMade && !words.includes('on') && !words.includes('begin')
}

function nameAt(tokens: Token[], index: number): string {
  const [first, dot, second] = tokens.slice(index, index + 3)
  return dot?.text === '.' && second ? `${first?.text}.${second.text}` : (first?.text ?? '')
}
