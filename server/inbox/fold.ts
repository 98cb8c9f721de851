import type { Translator } from '../i18n/words.ts'
import type { ShownEvent } from './present-event.ts'

/** A run of events of one kind, as one line that opens. */
export interface ShownFold {
  type: 'fold'
  id: number
  text: string
  events: ShownEvent[]
}

const most = 3

/** Folds every run of more than three events of the same kind. */
export function foldEvents<Other extends { type: 'message' }>(
  entries: (Other | ShownEvent)[],
  words: Translator
): (Other | ShownEvent | ShownFold)[] {
  const runs: (Other | ShownEvent)[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run && isAlike(run.at(-1), entry)) run.push(entry)
    else runs.push([entry])
  }
  return runs.flatMap((run): (Other | ShownEvent | ShownFold)[] => {
    const events = run.filter(entry => entry.type === 'event')
    const [first] = events
    if (events.length <= most || !first) return run
    const text = words.t('event.fold', { text: first.text, n: events.length - 1 })
    return [{ type: 'fold' as const, id: first.id, text, events }]
  })
}

function isAlike(a: { type: string; action?: string } | undefined, b: typeof a): boolean {
  return a?.type === 'event' && b?.type === 'event' && a.action === b.action
}
