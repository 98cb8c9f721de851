/**
 * Where markup of a plugin will stand. `card`: a block of its own. `line`: between controls of Sapa, in
 * places within another form. `menu`: entries of a menu. `chip`: within a link. `page`: a page of the plugin.
 */
export type Place = 'card' | 'line' | 'menu' | 'chip' | 'page'

const chip = [
  ...[
    'abbr',
    'b',
    'bdi',
    'br',
    'code',
    'del',
    'em',
    'i',
    'ins',
    'kbd',
    'mark',
    's',
    'samp',
    'small'
  ],
  ...['span', 'strong', 'sub', 'sup', 'time', 'u', 'var', 'wbr']
]
const line = [...chip, 'a', 'button', 'img']
const card = [
  ...line,
  ...['article', 'blockquote', 'caption', 'cite', 'dd', 'details', 'dfn', 'div', 'dl', 'dt'],
  ...[
    'figcaption',
    'figure',
    'footer',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'li',
    'meter'
  ],
  ...['ol', 'output', 'p', 'pre', 'progress', 'q', 'section', 'summary', 'table', 'tbody', 'td'],
  ...['tfoot', 'th', 'thead', 'tr', 'ul'],
  ...['datalist', 'fieldset', 'form', 'input', 'label', 'legend', 'optgroup', 'option', 'select'],
  'textarea'
]

/** Tags by place; what is not named here is left out. Written down in docs/interface.md. */
export const allowedTags: Record<Place, ReadonlySet<string>> = {
  chip: new Set(chip),
  line: new Set(line),
  menu: new Set(line),
  card: new Set(card),
  page: new Set([...card, 'main', 'nav', 'aside', 'search', 'iframe'])
}

/** Attributes of every tag. Addresses, ids and `hx-…` have rules of their own. */
export const commonAttributes: ReadonlySet<string> = new Set([
  ...['class', 'title', 'lang', 'dir', 'hidden', 'aria-label', 'aria-hidden', 'aria-live'],
  ...['aria-current', 'aria-expanded', 'aria-pressed', 'aria-invalid', 'data-insert', 'data-label'],
  'data-confirm-verb'
])

const field = ['name', 'value', 'required', 'disabled', 'readonly', 'placeholder', 'autocomplete']
const cell = ['colspan', 'rowspan', 'scope']
const gauge = ['value', 'min', 'max', 'low', 'high', 'optimum']

export const ownAttributes: Readonly<Record<string, readonly string[]>> = {
  img: ['alt', 'width', 'height', 'loading'],
  form: ['method'],
  button: ['type', 'name', 'value', 'disabled'],
  input: [
    ...field,
    ...['type', 'checked', 'min', 'max', 'step', 'maxlength', 'minlength', 'pattern', 'inputmode']
  ],
  textarea: [...field, 'rows', 'maxlength', 'minlength'],
  select: [...field],
  option: ['value', 'selected', 'label', 'disabled'],
  optgroup: ['label', 'disabled'],
  fieldset: ['disabled'],
  td: cell,
  th: cell,
  time: ['datetime'],
  progress: gauge,
  meter: gauge,
  details: ['open'],
  ol: ['start', 'reversed'],
  li: ['value']
}

/** More of them on a page of the plugin, which has a script of its own. */
export const pageAttributes: Readonly<Record<string, readonly string[]>> = {
  form: ['novalidate', 'autocomplete'],
  input: ['size', 'spellcheck', 'enterkeyhint'],
  textarea: ['cols', 'spellcheck', 'enterkeyhint'],
  select: ['multiple', 'size'],
  output: ['name'],
  fieldset: ['name'],
  details: ['name'],
  a: ['target', 'download'],
  iframe: ['title', 'width', 'height', 'loading', 'sandbox']
}

/** What htmx and Sapa's own scripts look for: the first word of each name. A test compares it with them. */
const taken = new Set(
  `hx htmx account agent author before behavior bulk call can caption close closes composer
  confirm conversation count density detail dialog draft drafts dropping due from go href insert
  keys label limit live max me message mode most name needs new now numbered once open opener
  presence quote quoted route row saved seconds seen select send shut sign single template text
  theme timeline timeout title toast typing unit unquote unread until uploading when`.split(/\s+/)
)

/** What describes an element to people, or to the plugin's script; that names another has rules of its own. */
export function isPageAttribute(name: string, value: string): boolean {
  if (name === 'tabindex') return value === '0' || value === '-1'
  if (/^aria-[a-z]+$/.test(name)) return true
  const word = /^data-([a-z][a-z0-9]*)(?:-[a-z0-9-]+)?$/.exec(name)?.[1]
  return word !== undefined && !taken.has(word)
}

/** Also the parts of things that its script moves. */
export const pageRoles: ReadonlySet<string> = new Set([
  ...['tab', 'tablist', 'tabpanel', 'alert', 'radio', 'radiogroup', 'switch', 'toolbar', 'log'],
  ...['slider', 'listbox', 'option', 'progressbar', 'timer', 'none', 'button', 'link']
])

/** No password and no file: secrets belong into the plugin's settings. */
export const inputTypes: ReadonlySet<string> = new Set([
  ...['text', 'search', 'email', 'tel', 'url', 'number', 'date', 'time', 'month', 'week', 'range'],
  ...['datetime-local', 'checkbox', 'radio', 'hidden', 'submit', 'reset', 'button', 'color']
])

export const roles: ReadonlySet<string> = new Set([
  ...['status', 'img', 'list', 'listitem', 'group', 'region', 'note', 'table', 'presentation'],
  'separator'
])

const classes =
  /^(?:(?:chip|badge|dot|vip|link|button|button-group|callout|card|cards|figures|table|table-wrap|progress|skeleton|empty|facts|orders|identity|previous|form|field|input|select|checkbox|switch|switch-row|segments|tabs|settings__section|settings__section-head|settings__row|page__head|page__title|page__lead|page__actions|page__tools|page__foot|customer__title)(?:__[a-z-]+)?(?:--[a-z-]+)?|chips|truncate|visually-hidden|muted|dim|small|number|push|stack|cluster|narrow-only|wide-only)$/

/** The documented classes of Sapa, and those that begin with `plugin-<id>`. */
export function allowedClasses(value: string, plugin: string): string {
  const own = `plugin-${plugin}`
  const isOwn = (name: string) =>
    name === own || name.startsWith(`${own}-`) || name.startsWith(`${own}_`)
  return value
    .split(/\s+/)
    .filter(name => classes.test(name) || isOwn(name))
    .join(' ')
}
