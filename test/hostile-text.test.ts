import t from 'tap'
import { cleanFilename } from '../server/channel/filename.ts'
import { piecesOf } from '../server/inbox/link.ts'
import { bodiesOf } from '../plugins/email/smtp/body.ts'
import { apiWorld } from './support/program.ts'

/** Such texts took seconds to days of the one thread that serves everybody. */
const longestMs = 1_000

t.test('texts made to keep patterns busy cost next to nothing', async t => {
  const links = `http://a.example/${')'.repeat(1_900)}x `.repeat(500)
  const step = { kind: 'message', text: links, attachments: [] } as never
  t.equal(await timed(() => piecesOf(links).filter(piece => piece.href).length), 500)
  t.ok(await timed(() => bodiesOf(step, '').html.length))
  t.ok(await timed(() => cleanFilename(`a${'.'.repeat(500_000)}x`).length <= 200))

  async function timed<T>(work: () => T): Promise<T> {
    const start = performance.now()
    const result = work()
    t.ok(performance.now() - start < longestMs, 'in time')
    return result
  }
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
  t.ok(performance.now() - start < longestMs * 5)
})
