import t from 'tap'
import { cleanFilename } from '../server/channel/event/filename.ts'
import { piecesOf } from '../server/inbox/present/link.ts'
import { bodiesOf } from '../plugins/email/smtp/body.ts'
import { checkGrowth } from './support/growth.ts'
import { hangMs } from './support/patience.ts'
import { apiWorld } from './support/program.ts'

// Such texts took seconds to days of the one thread that serves everybody.
t.test('texts made to keep patterns busy cost next to nothing', async t => {
  const links = (size: number) => `http://a.example/${')'.repeat(size)}x `.repeat(500)
  const step = (text: string) => ({ kind: 'message', text, attachments: [] }) as never
  const padded = (size: number) => cleanFilename(`a${'.'.repeat(size)}x`)

  checkGrowth(t, 1_900, size => piecesOf(links(size)))
  checkGrowth(t, 1_900, size => bodiesOf(step(links(size)), ''))
  checkGrowth(t, 500_000, padded)
  t.equal(piecesOf(links(1_900)).filter(piece => piece.href).length, 500)
  t.ok(padded(500_000).length <= 200)
})

t.test('what is shown of an address stays as it was', async t => {
  t.same(piecesOf('Lihat (https://toko.example/faktur), ya?'), [
    { text: 'Lihat (' },
    { text: 'https://toko.example/faktur', href: 'https://toko.example/faktur' },
    { text: '), ya?' }
  ])
})

t.test('an upload of padding alone is refused at once', async t => {
  const { call } = await apiWorld(t)
  const file = { filename: 'faktur.pdf', content: `${'='.repeat(2_000_000)}x` }
  const start = performance.now()
  const { status } = await call.guest('POST /uploads', file)
  t.equal(status, 422)
  t.ok(performance.now() - start < hangMs)
})
