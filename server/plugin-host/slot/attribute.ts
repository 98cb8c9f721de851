import type { Attributes } from 'sanitize-html'
import { imageAddress, linkAddress, ownAddress, siteAddress } from './address.ts'
import {
  allowedClasses,
  commonAttributes,
  inputTypes,
  isPageAttribute,
  ownAttributes,
  pageAttributes,
  pageRoles,
  roles,
  type Place
} from './allowed.ts'

/** The attributes that an element of a plugin keeps; null: the element must go. */
export function keptAttributes(
  tag: string,
  given: Attributes,
  plugin: string,
  place: Place,
  sitePaths: readonly string[] = []
): Attributes | null {
  if (tag === 'input' && !inputTypes.has(given['type'] ?? 'text')) return null
  const kept = plain(tag, given, plugin)
  if (place === 'chip') return kept
  if (place === 'page') Object.assign(kept, described(tag, given))
  Object.assign(kept, named(given, plugin, place), addressed(tag, given, plugin))
  if (place === 'page' && !sited(tag, given, kept, plugin, sitePaths)) return null
  Object.assign(kept, requesting(given, plugin))
  if (tag === 'form') formRules(kept, place)
  // A button among the tools of the composer would send its form.
  const isBetweenControls = place === 'line' || place === 'menu'
  if (tag === 'button' && (isBetweenControls || !kept['type'])) {
    kept['type'] = isBetweenControls ? 'button' : 'submit'
  }
  if (place === 'menu' && (tag === 'a' || tag === 'button')) {
    Object.assign(kept, { class: 'menu__item', role: 'menuitem' })
  }
  const behaviours = [
    ...('data-insert' in kept ? ['insert'] : []),
    ...(given['hx-confirm'] || given['data-confirm'] ? ['confirm'] : [])
  ]
  if (behaviours.includes('confirm')) {
    kept['data-confirm'] = given['data-confirm'] || given['hx-confirm'] || ''
  }
  if (behaviours.length > 0) kept['data-behavior'] = behaviours.join(' ')
  return kept
}

function plain(tag: string, given: Attributes, plugin: string): Attributes {
  const own = ownAttributes[tag] ?? []
  const kept: Attributes = {}
  for (const [name, value] of Object.entries(given)) {
    if (commonAttributes.has(name) || own.includes(name)) kept[name] = value
  }
  if (given['role'] && roles.has(given['role'])) kept['role'] = given['role']
  if ('class' in kept) kept['class'] = allowedClasses(kept['class'] ?? '', plugin)
  if (kept['class'] === '') delete kept['class']
  return kept
}

/** What a page may say besides, of its elements and for its own script. */
function described(tag: string, given: Attributes): Attributes {
  const kept: Attributes = {}
  const own = pageAttributes[tag] ?? []
  for (const [name, value] of Object.entries(given)) {
    if (references.includes(name) || pageReferences.includes(name)) continue
    if (own.includes(name) || isPageAttribute(name, value)) kept[name] = value
  }
  if (given['role'] && pageRoles.has(given['role'])) kept['role'] = given['role']
  return kept
}

/** Frames and links of a page to the plugin's paths of the site. False: the element must go. */
function sited(
  tag: string,
  given: Attributes,
  kept: Attributes,
  plugin: string,
  paths: readonly string[]
): boolean {
  const address = (text = '') => ownAddress(text, plugin) ?? siteAddress(text, paths)
  if (tag === 'a') {
    const href = address(given['href'])
    if (href) kept['href'] = href
    if (kept['target'] && kept['target'] !== '_blank') delete kept['target']
    if (kept['target']) kept['rel'] = 'noopener noreferrer'
  }
  if (tag !== 'iframe') return true
  const source = address(given['src'])
  if (source) kept['src'] = source
  return source !== null
}

const references = ['for', 'list', 'aria-labelledby', 'aria-describedby', 'aria-controls']
const pageReferences = [
  ...['form', 'aria-owns', 'aria-details', 'aria-errormessage', 'aria-activedescendant'],
  'aria-flowto'
]

/** Names of elements get the plugin's, so that none is mistaken for one of Sapa. */
function named(given: Attributes, plugin: string, place: Place): Attributes {
  const kept: Attributes = {}
  for (const name of ['id', ...references, ...(place === 'page' ? pageReferences : [])]) {
    const value = given[name]
    if (!value || !/^[\w-]+(?: [\w-]+)*$/.test(value)) continue
    kept[name] = value
      .split(' ')
      .map(id => idOf(id, plugin))
      .join(' ')
  }
  return kept
}

const idOf = (id: string, plugin: string) => `p-${plugin}-${id}`

function addressed(tag: string, given: Attributes, plugin: string): Attributes {
  const kept: Attributes = {}
  if (tag === 'a' && given['href'] !== undefined) {
    const anchor = /^#([\w-]+)$/.exec(given['href'])?.[1]
    const link = anchor ? null : linkAddress(given['href'], plugin)
    if (anchor) kept['href'] = `#${idOf(anchor, plugin)}`
    if (link) kept['href'] = link.href
    if (link?.isOutside) Object.assign(kept, { target: '_blank', rel: 'noopener noreferrer' })
  }
  if (tag === 'img') {
    const source = imageAddress(given['src'] ?? '', plugin)
    if (source) kept['src'] = source
    kept['alt'] = given['alt'] ?? ''
  }
  const action = tag === 'form' && ownAddress(given['action'] ?? '', plugin)
  if (action) kept['action'] = action
  return kept
}

const verbs = ['hx-get', 'hx-post', 'hx-put', 'hx-delete']
const swaps = /^(?:innerHTML|outerHTML|innerMorph|outerMorph|beforeend|afterbegin|delete|none)$/
const moment =
  /^(?:click|submit|change|input|load|revealed)(?: (?:once|changed|delay:\d{1,5}m?s))*$/
const interval = /^every [1-9]\d{1,4}s$/
const body = 'closest .slot__body'

/** Requests go to the plugin's own routes, and what they answer stays within the card. */
function requesting(given: Attributes, plugin: string): Attributes {
  const kept: Attributes = {}
  for (const verb of verbs) {
    const address = given[verb] === undefined ? null : ownAddress(given[verb], plugin)
    if (address) kept[verb] = address
  }
  if (Object.keys(kept).length === 0) return kept
  const target = targetOf(given['hx-target'] ?? '', plugin)
  kept['hx-target'] = target
  const swap = given['hx-swap'] ?? ''
  // The card's own frame must stay, else the next request has nowhere to go.
  const isFrame = target === body && !/^(?:innerMorph|beforeend|afterbegin|none)$/.test(swap)
  kept['hx-swap'] = !isFrame && swaps.test(swap) ? swap : 'innerHTML'
  const trigger = given['hx-trigger']
  const parts = trigger?.split(',').map(part => part.trim()) ?? []
  if (parts.length > 0 && parts.every(part => moment.test(part) || interval.test(part))) {
    kept['hx-trigger'] = parts.join(', ')
  }
  const values = valuesOf(given['hx-vals'])
  if (values) kept['hx-vals'] = values
  return kept
}

function targetOf(wanted: string, plugin: string): string {
  const id = /^#([\w-]+)$/.exec(wanted)?.[1]
  if (id) return `#${idOf(id, plugin)}`
  if (wanted === 'this' || /^find [.\w-]+$/.test(wanted)) return wanted
  return body
}

/** Data alone: htmx would run `js:…`. */
function valuesOf(text: string | undefined): string | null {
  if (!text) return null
  try {
    const values: unknown = JSON.parse(text)
    return typeof values === 'object' && !Array.isArray(values) ? JSON.stringify(values) : null
  } catch {
    return null
  }
}

/** Without an address of its own a form would go to the page that it stands in. */
function formRules(kept: Attributes, place: Place): void {
  const method = kept['method']?.toLowerCase()
  delete kept['method']
  if (method === 'post' && (kept['action'] || place === 'page')) kept['method'] = 'post'
}
