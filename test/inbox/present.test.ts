import t from 'tap'
import type { MessageEntry } from '../../server/inbox/timeline/entry.ts'
import { presentStatus } from '../../server/inbox/present/status.ts'
import { snoozeChoices } from '../../server/inbox/present/snooze-choice.ts'
import { loadWords } from '../../server/i18n/words.ts'

const words = loadWords().translator('en', 'Asia/Jakarta')

t.test('snoozing offers no time twice, and three hours are never fewer', async t => {
  const offered = (now: string) =>
    snoozeChoices(new Date(now), words).map(({ word, until }) => [
      word,
      new Date(until).toISOString()
    ])

  t.strictSame(offered('2026-11-18T22:50:00Z'), [
    ['In 3 hours', '2026-11-19T02:00:00.000Z'],
    ['Tomorrow', '2026-11-20T02:00:00.000Z'],
    ['Monday', '2026-11-23T02:00:00.000Z'],
    ['In a week', '2026-11-26T02:00:00.000Z']
  ])
  t.strictSame(
    offered('2026-11-22T03:05:00Z').map(([word]) => word),
    ['In 3 hours', 'Tomorrow', 'In a week'],
    'on a Sunday'
  )
})

t.test('a reply that waits for its next attempt says when, and counts nothing down', async t => {
  const now = new Date('2026-11-19T02:00:00Z')
  const queued = (statusReason: string | null) =>
    presentStatus(
      {
        kind: 'outbound',
        status: 'queued',
        statusReason,
        sendAfter: now.getTime() + 7_200_000
      } as MessageEntry,
      { words, now, reason: () => null }
    )

  t.match(queued(null), { text: 'Waiting, can be undone', undoUntil: String })
  t.match(queued('451 Try later'), {
    text: /next attempt .*11:00/,
    undoUntil: null,
    canCancel: true
  })
})
