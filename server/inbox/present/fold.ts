import type { Translator } from '../../i18n/words.ts'
import type { ShownEvent } from './event.ts'

/** A run of events of one kind, as one line that opens. */
export interface ShownFold {
  type: 'fold'
  id: string
  text: string
  events: ShownEvent[]
}

type Either<Other> = Other | ShownEvent

/** Folds every run of more than three events of the same kind, and of activities from the second on. */
export function foldEvents<Other extends { type: 'message' }>(
  entries: Either<Other>[],
  words: Translator
): (Either<Other> | ShownFold)[] {
  const runs: Either<Other>[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run && isAlike(run.at(-1), entry)) run.push(entry)
    else runs.push([entry])
  }
  return runs.flatMap((run): (Either<Other> | ShownFold)[] => {
    const events = run.filter(entry => entry.type === 'event')
    return foldOf(events, words) ?? run
  })
}

/** An activity says the newest of what was done, everything else how it began. */
function foldOf(events: ShownEvent[], words: Translator): [ShownFold] | undefined {
  const [first] = events
  const last = events.at(-1)
  if (!first || !last || events.length <= (first.activity ? 1 : 3)) return undefined
  const { text } = first.activity ? last : first
  const folded = words.t('event.fold', { text, n: events.length - 1 })
  return [{ type: 'fold', id: foldId(first), text: folded, events }]
}

/** A fold of activities grows in an open page: by this id it takes the place of what it was. */
const foldId = ({ id, activity }: ShownEvent) => (activity ? `activity-${id}` : `fold-${id}`)

type Folded = { type: string; action?: string; activity?: { name: string } }

function isAlike(a: Folded | undefined, b: Folded): boolean {
  return (
    a?.type === 'event' &&
    b.type === 'event' &&
    a.action === b.action &&
    a.activity?.name === b.activity?.name
  )
}
