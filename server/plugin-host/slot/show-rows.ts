import { visibleTo, type Viewer } from '../../conversation/access.ts'
import type { Db } from '../../db/schema.ts'
import type { Slots } from '../../plugin-api/slots.ts'
import { slotRules } from '../../plugin-api/slots.ts'
import type { SafeHtml } from '../../web/html.ts'
import { inLocale } from '../form/fields.ts'
import { Budget } from './budget.ts'
import type { Placed } from './registry.ts'
import { failureOf, lateMs, type SlotTools } from './show.ts'
import { maySee, viewerOf, type SlotReader } from './viewer.ts'

type Rows = Slots['inbox.row.meta']['rows']
type Chips = Placed<'inbox.row.meta'>

/** What a plugin puts into one row: markup, or the place where it comes later. */
export interface RowChip {
  id: string
  html: SafeHtml | null
}

export interface LateChips {
  id: string
  url: string
}

export interface RowTrouble {
  source: string
  logUrl: string
}

interface RowSlots {
  byRow: ReadonlyMap<number, RowChip[]>
  late: LateChips[]
  troubles: RowTrouble[]
}

const nothing: RowSlots = { byRow: new Map(), late: [], troubles: [] }

/** The chips of plugins for one page of the list: one call of each plugin for all rows. */
export async function showRowSlots(
  tools: SlotTools,
  reader: SlotReader,
  rows: Rows,
  budget = new Budget()
): Promise<RowSlots> {
  const { slots, permissions } = tools.plugins.offers
  const all = slots.list('inbox.row.meta').filter(one => maySee(permissions, reader, one))
  if (all.length === 0 || rows.length === 0) return nothing
  const parts = await Promise.all(all.map(one => showChips(tools, reader, one, rows, budget)))
  const byRow = new Map<number, RowChip[]>()
  for (const { chips } of parts) {
    for (const [row, chip] of chips) byRow.set(row, [...(byRow.get(row) ?? []), chip])
  }
  return {
    byRow,
    late: parts.flatMap(({ late }) => late ?? []),
    troubles: parts.flatMap(({ trouble }) => trouble ?? [])
  }
}

interface Part {
  chips: Map<number, RowChip>
  late?: LateChips
  trouble?: RowTrouble
}

async function showChips(
  tools: SlotTools,
  reader: SlotReader,
  placed: Chips,
  rows: Rows,
  budget: Budget
): Promise<Part> {
  const mode = placed.slot.mode ?? slotRules['inbox.row.meta'].mode
  if (mode === 'lazy' || placed.lateUntil > performance.now()) return lateChips(placed, rows)
  const drawing = ask(placed, reader, rows)
  if (!(await budget.has(drawing))) {
    placed.lateUntil = performance.now() + lateMs
    drawing.catch(() => {})
    return lateChips(placed, rows)
  }
  try {
    return { chips: chipsOf(placed, await drawing, rows) }
  } catch (error) {
    const { logUrl } = failureOf(tools, reader, 'inbox.row.meta', placed, error)
    const source = inLocale(placed.source, reader.words.locale)
    return { chips: new Map(), ...(logUrl && { trouble: { source, logUrl } }) }
  }
}

/** Each plugin has rows of its own: what one does to them is nothing to the others. */
function ask(placed: Chips, reader: SlotReader, rows: Rows): Promise<Map<number, SafeHtml>> {
  return placed.draw({ rows: rows.map(row => ({ ...row })) }, viewerOf(reader))
}

let loads = 0

/** Under an id of its own each time: a list that is drawn again must ask again. */
function lateChips(placed: Chips, rows: Rows): Part {
  const ids = rows.map(row => row.conversation)
  const { plugin, slot } = placed
  return {
    chips: new Map(ids.map(id => [id, { id: chipId(placed, id), html: null }])),
    late: {
      id: `chips-${placed.stamp}-${++loads}`,
      url: `/slots/inbox.row.meta/${plugin}.${slot.id}?rows=${ids.join(',')}`
    }
  }
}

const chipId = ({ stamp }: Chips, conversation: number) => `chip-${stamp}-${conversation}`

/** Only for rows that were asked about. */
function chipsOf(
  placed: Chips,
  drawn: ReadonlyMap<number, SafeHtml>,
  rows: Rows
): Map<number, RowChip> {
  const chips = new Map<number, RowChip>()
  for (const { conversation } of rows) {
    const html = drawn.get(conversation)
    if (html?.html) chips.set(conversation, { id: chipId(placed, conversation), html })
  }
  return chips
}

/** The late ones. A failure shows nothing: it is in the log, and on the page of plugins. */
export async function drawChips(
  tools: SlotTools,
  reader: SlotReader,
  placed: Chips,
  rows: Rows
): Promise<RowChip[]> {
  if (rows.length === 0) return []
  try {
    const drawn = await ask(placed, reader, rows)
    return [...chipsOf(placed, drawn, rows).values()]
  } catch (error) {
    failureOf(tools, reader, 'inbox.row.meta', placed, error)
    return []
  }
}

/** Of these conversations the ones that the viewer may see. */
export async function visibleRows(db: Db, viewer: Viewer, ids: number[]): Promise<Rows> {
  return db
    .selectFrom('conversation')
    .select(['conversation.id as conversation', 'conversation.customer_id as customer'])
    .where('conversation.id', 'in', ids)
    .where(eb => visibleTo(eb, viewer))
    .execute()
}
