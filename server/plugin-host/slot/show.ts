import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { may } from '../../agent/permission.ts'
import { slotRules, type SlotName, type Slots } from '../../plugin-api/slots.ts'
import type { SafeHtml } from '../../web/html.ts'
import { iconOf } from '../../plugins/icon.ts'
import { inLocale } from '../form/fields.ts'
import { Budget } from './budget.ts'
import type { Offers } from '../offers.ts'
import type { Placed } from './registry.ts'
import { maySee, viewerOf, type SlotReader } from './viewer.ts'
import { plainError } from '../../plain-error.ts'

/** A slot as pages draw it: what it shows, or where that is fetched, or that it failed. */
export interface ShownSlot {
  /** Id of its element. */
  id: string
  plugin: string
  title: string
  /** Title of the plugin. */
  source: string
  icon: string | null
  html: SafeHtml | null
  /** Where the content is fetched. */
  url: string
  isWaiting: boolean
  /** Step of the placeholder's height. */
  height: number
  failure: SlotFailure | null
}

export interface SlotFailure {
  /** Found in the log. */
  code: string
  /** For those who can do something about it. */
  logUrl: string | null
}

/** One place of a page with all its slots. It fetches itself again when a plugin comes or goes. */
export interface ShownRegion {
  id: string
  url: string
  slots: ShownSlot[]
}

export interface SlotTools {
  plugins: { offers: Pick<Offers, 'slots' | 'permissions'> }
  log: Logger
}

/** Names of one thing: all but the rows of a list. */
export type SingleSlot = Exclude<SlotName, 'inbox.row.meta'>

/** The slots of one place. `query` tells the address of what it is about. */
export async function showRegion<Name extends SingleSlot>(
  tools: SlotTools,
  reader: SlotReader,
  name: Name,
  props: Slots[Name],
  budget = new Budget()
): Promise<ShownRegion> {
  const query = queryOf(props)
  const id = `slots-${name.replace('.', '-')}-${query.replaceAll(/\W+/g, '-')}`
  const region = { id, url: `/slots/${name}?${query}`, slots: [] }
  const { slots: all, permissions } = tools.plugins.offers
  const placed = all.list(name).filter(one => maySee(permissions, reader, one))
  if (placed.length === 0) return region
  const slots = await Promise.all(
    placed.map(one => showSlot(tools, reader, name, one as Placed<Name>, props, budget))
  )
  return { ...region, slots: slots.filter(slot => slot !== null) }
}

/** How long a slot that was late is not waited for. */
export const lateMs = 60_000

async function showSlot<Name extends SingleSlot>(
  tools: SlotTools,
  reader: SlotReader,
  name: Name,
  placed: Placed<Name>,
  props: Slots[Name],
  budget: Budget
): Promise<ShownSlot | null> {
  const shown = frameOf(name, placed, props, reader)
  const mode = placed.slot.mode ?? slotRules[name].mode
  if (mode === 'lazy' || placed.lateUntil > performance.now()) return shown
  const drawing = drawSlot(tools, reader, name, placed, props)
  if (await budget.has(drawing)) {
    const drawn = await drawing
    return drawn.html || drawn.failure ? { ...shown, ...drawn, isWaiting: false } : null
  }
  placed.lateUntil = performance.now() + lateMs
  return shown
}

/** The content of one slot. Never throws: what goes wrong becomes a code. */
export async function drawSlot<Name extends SingleSlot>(
  tools: Pick<SlotTools, 'log'>,
  reader: SlotReader,
  name: Name,
  placed: Placed<Name>,
  props: Slots[Name]
): Promise<Pick<ShownSlot, 'html' | 'failure'>> {
  try {
    const html = (await placed.draw({ ...props }, viewerOf(reader))) as SafeHtml | null
    return { html, failure: null }
  } catch (error) {
    return { html: null, failure: failureOf(tools, reader, name, placed, error) }
  }
}

/** What pages show of an error; the error itself is in the log. */
export function failureOf(
  { log }: Pick<SlotTools, 'log'>,
  reader: SlotReader,
  name: SlotName,
  { plugin, slot }: Pick<Placed, 'plugin' | 'slot'>,
  error: unknown
): SlotFailure {
  const code = randomBytes(4).toString('hex')
  const reason = plainError(error).message
  log.warn({ code, plugin, slot: `${name} ${slot.id}`, reason }, 'a slot could not be drawn')
  const canMend = may(reader.agent.role, 'plugin:manage')
  return { code, logUrl: canMend ? `/plugins/${plugin}/log` : null }
}

const heights = [48, 96, 160, 240, 320, 480]

/** What is known without asking the plugin. */
export function frameOf<Name extends SingleSlot>(
  name: Name,
  { plugin, slot, source, stamp }: Placed<Name>,
  props: Slots[Name],
  { words }: SlotReader
): ShownSlot {
  const query = queryOf(props)
  const wanted = slot.minHeight ?? 96
  return {
    id: `slot-${stamp}-${plugin}-${query.replaceAll(/\W+/g, '-')}`,
    plugin,
    title: inLocale(slot.title, words.locale),
    source: inLocale(source, words.locale),
    icon: slot.icon === undefined ? null : iconOf({ icon: slot.icon }),
    html: null,
    url: `/slots/${name}/${plugin}.${slot.id}?${query}`,
    isWaiting: true,
    height: heights.find(step => step >= wanted) ?? 480,
    failure: null
  }
}

/** The ids that a request needs to find the same thing again. */
function queryOf(props: Slots[SingleSlot]): string {
  const known = new URLSearchParams()
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'number') known.set(name, String(value))
  }
  return known.toString()
}
