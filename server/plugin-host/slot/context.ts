import { slotRules, type Slot, type SlotContext, type SlotName } from '../../plugin-api/slots.ts'
import type { SafeHtml } from '../../web/html.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'
import type { Place } from './allowed.ts'
import { clean, WrongShape } from './clean.ts'
import { html } from './markup.ts'
import type { Drawn, Placed } from './registry.ts'

/** What a slot may take, also when nobody waits for it any more. */
const timeoutMs = 3_000

/** Slots of one activation. */
export function slotContext(
  { calls, offers }: Pick<HostTools, 'calls' | 'offers'>,
  active: Active
): SlotContext {
  const { slots, permissions } = offers
  const renew = () => slots.renew(active.id)
  return {
    html,
    slot: (name, slot) => {
      assertOn(active)
      check(name, slot)
      if (slot.permission !== undefined) permissions.expect(active.id, slot.permission)
      // Other settings may draw something else.
      active.listeners.add(renew)
      const { render, ...facts } = slot
      const entry = `slot ${name} ${slot.id}`
      const draw: Placed<typeof name>['draw'] = (props, viewer) =>
        calls.run(
          active.id,
          entry,
          async signal => {
            Object.freeze(props)
            const given = await render(props, Object.freeze(viewer), signal)
            return shaped(name, given, active.id)
          },
          { timeoutMs, signal: active.stop.signal }
        )
      const { title: source } = active.manifest
      const { signal } = active.stop
      return active.disposers.add(
        slots.add(name, { plugin: active.id, source, slot: facts, draw, signal })
      )
    }
  }
}

/** Within the call, so that a wrong answer counts as a fault of the plugin. */
function shaped<Name extends SlotName>(name: Name, given: unknown, plugin: string): Drawn<Name> {
  const drawn = name === 'inbox.row.meta' ? rows(given, plugin) : one(name, given, plugin)
  return drawn as Drawn<Name>
}

function one(name: SlotName, given: unknown, plugin: string): SafeHtml | null {
  if (given === null || given === undefined) return null
  const drawn = clean(given, plugin, placeOf[name])
  return drawn.html === '' ? null : drawn
}

function rows(given: unknown, plugin: string): Map<number, SafeHtml> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new WrongShape('expected an object of sapa.html`…` by conversation')
  }
  const drawn = new Map<number, SafeHtml>()
  for (const [id, markup] of Object.entries(given)) {
    if (markup !== null && markup !== undefined)
      drawn.set(Number(id), clean(markup, plugin, 'chip'))
  }
  return drawn
}

const placeOf: Record<SlotName, Place> = {
  'customer.sidebar': 'card',
  'customer.header': 'line',
  'conversation.actions': 'menu',
  'composer.toolbar': 'line',
  'inbox.row.meta': 'chip',
  'dashboard.cards': 'card',
  'report.cards': 'card'
}

const leastRoles = ['guest', 'agent', 'supervisor', 'admin', 'owner', undefined]

/** Mistakes of the author, told at activation. */
function check(name: SlotName, slot: Slot<SlotName>): void {
  const wrong = (what: string) => new TypeError(`slot ${name}: ${what}`)
  if (!Object.hasOwn(slotRules, name)) throw wrong('there is no such slot')
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(slot.id)) throw wrong('id must be like order-list')
  if (!slot.title?.en || !slot.title.id) throw wrong('title needs en and id')
  if (typeof slot.render !== 'function') throw wrong('render must be a function')
  if (!leastRoles.includes(slot.role)) throw wrong(`there is no role ${slot.role}`)
  if (![undefined, 'inline', 'lazy'].includes(slot.mode)) throw wrong('mode is inline or lazy')
}
