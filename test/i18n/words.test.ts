import t from 'tap'
import { isTimeZone } from '../../server/i18n/format.ts'
import { loadWords } from '../../server/i18n/words.ts'

const words = loadWords()
const id = words.translator('id', 'Asia/Jakarta')
const en = words.translator('en', 'Asia/Jakarta')
// A Friday, 10:02 in Jakarta.
const at = Date.parse('2026-11-20T03:02:00Z')
const now = new Date(at)

t.test("texts come in the reader's language", async t => {
  t.equal(id.t('agent.sign-in.title'), 'Masuk')
  t.equal(en.t('agent.sign-in.title'), 'Sign in')
  t.equal(words.translator('fr', 'UTC').t('agent.sign-in.title'), 'Sign in')
  t.equal(id.t('no.such.key'), 'no.such.key', 'a missing text shows its key')
})

t.test('plurals where a language has them', async t => {
  t.equal(
    en.t('error.too_many_attempts', { seconds: 1 }),
    'Too many attempts. Try again in 1 second.'
  )
  t.match(en.t('error.too_many_attempts', { seconds: 1500 }), '1,500 seconds')
  t.match(id.t('error.too_many_attempts', { seconds: 1500 }), '1500 detik')
})

t.test('values are text, never markup or a template', async t => {
  const evil = "<b>{n, plural, other {x}}</b> '"
  t.match(en.t('error.ask', { roles: evil }), evil)
})

t.test('numbers and times as people write them', async t => {
  const table: [string, string][] = [
    [id.number(1234.5), '1.234,5'],
    [en.number(1234.5), '1,234.5'],
    [id.time(at), '10.02'],
    [en.time(at), '10:02'],
    [id.date(at, now), 'Jum 20 Nov'],
    [en.date(at, now), 'Fri 20 Nov'],
    [id.date(at, new Date('2028-01-01')), 'Jum 20 Nov 2026'],
    [id.dateTime(at, now), 'Jum 20 Nov 10.02'],
    [words.translator('id', 'Asia/Jayapura').time(at), '12.02'],
    [id.day(at + 14 * 3_600_000), '2026-11-21'],
    [id.bytes(1_300_000), '1,2 MB'],
    [en.bytes(512), '512 B']
  ]
  for (const [actual, expected] of table) t.equal(actual, expected)
})

t.test('how long ago, in short units', async t => {
  const ago = (ms: number) => [id, en].map(one => one.relative(at - ms, now))
  t.strictSame(ago(45_000), ['45 d', '45 s'])
  t.strictSame(ago(5 * 60_000), ['5 m', '5 m'])
  t.strictSame(ago(3 * 3_600_000), ['3 j', '3 h'])
  t.strictSame(ago(2 * 86_400_000), ['2 h', '2 d'])
  t.strictSame(ago(8 * 86_400_000), ['Kam 12 Nov', 'Thu 12 Nov'])
  t.strictSame(ago(-5000), ['0 d', '0 s'], 'a clock that is ahead')
})

t.test('an unknown time zone is read as UTC, not a crash', async t => {
  t.equal(isTimeZone('Asia/Makassar'), true)
  t.equal(isTimeZone('Asia/Bandung'), false)
  t.equal(words.translator('en', 'Asia/Bandung').time(at), '03:02')
})

t.test('texts that come and go at run time', async t => {
  const remove = words.add('telegram', {
    en: { hello: 'Hello {name}' },
    id: { hello: 'Halo {name}' }
  })

  t.equal(id.t('telegram.hello', { name: 'Ratna' }), 'Halo Ratna')
  t.equal(words.has('telegram.hello'), true)
  remove()
  t.equal(id.t('telegram.hello'), 'telegram.hello')
})
