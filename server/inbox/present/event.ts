import type { Translator } from '../../i18n/words.ts'
import type { Author, EventEntry } from '../timeline/entry.ts'

/** One line of history. */
export interface ShownEvent {
  type: 'event'
  id: number
  action: string
  icon: string
  text: string
  time: string
  fullTime: string
  at: string
  /** What the customer did, in words that are not ours. */
  activity?: { name: string; href: string | null; lead: string; said: string }
}

export function presentEvent(entry: EventEntry, words: Translator): ShownEvent {
  const action = isTaken(entry) ? 'taken' : entry.action
  return {
    type: 'event',
    id: entry.id,
    action: entry.action,
    icon: icons[entry.action] ?? 'circle-dot',
    text: words.t(`event.${action}`, {
      actor: nameOf(entry.author, words),
      ...valuesOf(entry, words)
    }),
    time: words.time(entry.at),
    fullTime: words.full(entry.at),
    at: new Date(entry.at).toISOString(),
    ...(entry.action === 'did' && { activity: activityOf(entry, words) })
  }
}

/** Who assigns to themselves has taken it. */
function isTaken({ action, author, particulars }: EventEntry): boolean {
  return action === 'assigned' && author.kind === 'agent' && author.id === particulars['agent']
}

function activityOf({ particulars }: EventEntry, words: Translator) {
  const { name, text, url } = particulars
  const isWeb = typeof url === 'string' && /^https?:/.test(url)
  const lead = words.t('event.did', { text: '' })
  return { name: String(name), href: isWeb ? url : null, lead, said: String(text) }
}

const icons: Record<string, string> = {
  opened: 'inbox',
  closed: 'circle-check',
  reopened: 'rotate-ccw',
  snoozed: 'alarm-clock',
  woken: 'alarm-clock',
  assigned: 'user-round',
  unassigned: 'user-round',
  tagged: 'tag',
  untagged: 'tag',
  linked: 'link-2',
  merged: 'link-2',
  did: 'eye',
  react_failed: 'circle-alert',
  edit_failed: 'circle-alert',
  remove_failed: 'circle-alert'
}

/** Plugins are named in the reader's language. */
export function nameOf({ kind, name, title }: Author, words: Translator): string {
  return title?.[words.locale] || name || words.t(`author.${kind}`)
}

/** Particulars as the words need them; times (`…_at`, `until`) in the reader's zone. */
function valuesOf(entry: EventEntry, words: Translator): Record<string, string | number> {
  const values: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(entry.particulars)) {
    if (typeof value === 'number' && (key === 'until' || key.endsWith('_at'))) {
      values[key] = words.dateTime(value)
    } else if (typeof value === 'string' || typeof value === 'number') {
      values[key] = value
    } else values[key] = inLanguage(value, words)
  }
  return values
}

/** Words that came in both languages. */
function inLanguage(value: unknown, words: Translator): string {
  const text = (Object(value) as Record<string, unknown>)[words.locale]
  return typeof text === 'string' ? text : ''
}
