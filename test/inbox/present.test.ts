import t from 'tap'
import type { MessageEntry } from '../../server/inbox/timeline/entry.ts'
import { presentStatus } from '../../server/inbox/present/status.ts'
import { markedPiecesOf } from '../../server/inbox/present/marked.ts'
import { snoozeChoices } from '../../server/inbox/present/snooze-choice.ts'
import { plainWords } from '../../server/conversation/preview/marks.ts'
import { loadWords } from '../../server/i18n/words.ts'
import { checkGrowth } from '../support/growth.ts'

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

t.test('a text with marks is shown as its customer sees it', async t => {
  const text = [
    'Halo **Bu _Ratna_**, nama_berkas_a 2 ** 3',
    '> Kapan **sampai**?',
    '> > Kemarin',
    '',
    '>5 kg: `npm **ci**` ~~lama~~ [harga](https://toko.example/a_b_c)',
    '```',
    'baris **satu**',
    '```',
    'Lihat https://toko.example/x_y_z_'
  ].join('\n')
  t.match(markedPiecesOf(text), [
    { text: 'Halo ' },
    { text: 'Bu ', marks: ['bold'] },
    { text: 'Ratna', marks: ['bold', 'italic'] },
    { text: ', nama_berkas_a 2 ** 3\n' },
    {
      quote: [
        { text: 'Kapan ', marks: [] },
        { text: 'sampai', marks: ['bold'] },
        { text: '?\nKemarin' }
      ]
    },
    { text: '\n>5 kg: ' },
    { text: 'npm **ci**', marks: ['code'] },
    { text: ' ' },
    { text: 'lama', marks: ['struck'] },
    { text: ' ' },
    { text: 'harga', href: 'https://toko.example/a_b_c' },
    { text: '\n' },
    { text: 'baris **satu**', marks: ['block'] },
    { text: 'Lihat ' },
    { text: 'https://toko.example/x_y_z_', href: 'https://toko.example/x_y_z_' }
  ])
  t.equal(plainWords('**Halo** [toko](https://toko.example)\n> Kapan?'), 'Halo toko\nKapan?')
  t.same(markedPiecesOf('[x](javascript:alert)'), [{ text: '[x](javascript:alert)', marks: [] }])
  for (const sign of ['**a ', '_a ', '~a ', '`', '```a', '> ', '[a](', '[', '**', '> > ']) {
    checkGrowth(t, 20_000, size => markedPiecesOf(sign.repeat(size / sign.length)))
  }
})
