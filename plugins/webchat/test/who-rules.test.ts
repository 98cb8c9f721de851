import { createHmac } from 'node:crypto'
import t from 'tap'
import { presenceAt, readSpans, type Hours } from '../who/hours.ts'
import { promiseOf } from '../who/promise.ts'
import { checkProof, readProof } from '../who/proof.ts'
import type { Proof } from '../wire.ts'

const key = 'k'.repeat(43)
const older = 'o'.repeat(43)
const widget = 'pub_toko'
const now = Date.parse('2026-11-20T03:00:00Z')
const seconds = Math.floor(now / 1000)
const lock = { widget, keys: [key, older] }
const claims = {
  ...{ user_id: '42', email: 'Ratna@Contoh.id', phone: '+628123456789', name: 'Ratna' },
  ...{ iat: seconds - 10, exp: seconds + 600 }
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token(body: object, { head = { alg: 'HS256' } as object, by = key } = {}): Proof {
  const text = `${part(head)}.${part(body)}`
  return { jwt: `${text}.${createHmac('sha256', by).update(text).digest('base64url')}` }
}

const codeOf = (proof: Proof, at = now, one = lock) => {
  const verdict = checkProof(proof, one, at)
  return verdict.isOk ? 'ok' : verdict.code
}

t.test('a signed token proves what stands in it', t => {
  t.strictSame(checkProof(token(claims), lock, now), {
    isOk: true,
    proven: { userId: '42', email: 'ratna@contoh.id', phone: '+628123456789', name: 'Ratna' }
  })
  t.equal(codeOf(token({ ...claims, user_id: 42 })), 'ok', 'shops often count their users')
  t.equal(codeOf(token(claims, { by: older })), 'ok', 'the key before the rotation still holds')
  t.equal(codeOf(token({ ...claims, aud: [widget] })), 'ok')
  t.equal(codeOf(token({ ...claims, iat: seconds + 50 })), 'ok', 'clocks differ a little')
  t.end()
})

t.test(
  'a token that does not hold is refused, and only a genuine one is told that it is late',
  t => {
    const { exp, ...endless } = claims
    const { iat, ...ageless } = claims
    const refused: Record<string, Proof> = {
      'another key': token(claims, { by: 'x'.repeat(43) }),
      'no algorithm': token(claims, { head: { alg: 'none' } }),
      'another algorithm': token(claims, { head: { alg: 'HS512' } }),
      'an extension': token(claims, { head: { alg: 'HS256', crit: ['b64'] } }),
      'without end': token(endless),
      'without begin': token(ageless),
      'for too long': token({ ...claims, exp: seconds + 3700 }),
      'from the future': token({ ...claims, iat: seconds + 300, exp: seconds + 600 }),
      'end as text': token({ ...claims, exp: String(exp) }),
      'begin as text': token({ ...claims, iat: String(iat) }),
      'for another widget': token({ ...claims, aud: 'pub_lain' }),
      'for another site': token({ ...claims, site: 'pub_lain' }),
      'without a user': token({ ...claims, user_id: '' }),
      'a user with line breaks': token({ ...claims, user_id: 'a\nb' }),
      'a user that is a list': token({ ...claims, user_id: ['42'] }),
      'no token': { jwt: 'a.b' },
      nothing: { jwt: '' },
      huge: { jwt: `${'a'.repeat(5000)}.b.c` }
    }
    for (const [what, proof] of Object.entries(refused))
      t.equal(codeOf(proof), 'proof_invalid', what)
    const [head, body, signature] = (token(claims) as { jwt: string }).jwt.split('.')
    const other = part({ ...claims, user_id: '1' })
    t.equal(codeOf({ jwt: `${head}.${other}.${signature}` }), 'proof_invalid', 'tampered')
    t.equal(codeOf({ jwt: `${part({ alg: 'none' })}.${body}.` }), 'proof_invalid', 'unsigned')
    t.equal(codeOf(token(claims), now + 600_000 + 61_000), 'proof_expired', 'replayed later')
    t.equal(codeOf(token(claims, { by: 'x'.repeat(43) }), now + 9e9), 'proof_invalid')
    t.end()
  }
)

t.test('without a key nobody is believed, not even with an empty one', t => {
  for (const keys of [[], [''], ['kurang']]) {
    const by = keys[0] ?? ''
    t.equal(codeOf(token(claims, { by }), now, { widget, keys }), 'proof_off')
  }
  t.end()
})

t.test('a hash proves user, end, email and phone, and nothing beside them', t => {
  const hash = (text: string, by = key) => createHmac('sha256', by).update(text).digest('hex')
  const expires = now + 600_000
  const plain = { userId: '42', expires, hash: hash(`42:${expires}`) }
  const full = {
    ...{ userId: '42', expires, email: 'ratna@contoh.id', phone: '', name: 'Ratna' },
    hash: hash(`42:${expires}:ratna@contoh.id:`)
  }

  t.strictSame(checkProof(plain, lock, now), {
    isOk: true,
    proven: { userId: '42', email: null, phone: null, name: null }
  })
  t.match(checkProof(full, lock, now), { proven: { email: 'ratna@contoh.id', phone: null } })
  t.equal(codeOf({ userId: '42', expires: seconds + 60, hash: hash(`42:${seconds + 60}`) }), 'ok')
  t.equal(codeOf({ ...plain, hash: hash(`42:${expires}`, older) }), 'ok')

  t.equal(codeOf({ ...plain, userId: '1' }), 'proof_invalid')
  t.equal(codeOf({ ...plain, expires: expires + 1 }), 'proof_invalid')
  t.equal(codeOf({ ...plain, email: 'vip@contoh.id' }), 'proof_invalid', 'an email beside the hash')
  t.equal(codeOf({ ...full, email: 'vip@contoh.id' }), 'proof_invalid')
  t.equal(codeOf({ ...plain, hash: hash('42') }), 'proof_invalid', 'the form without an end')
  t.equal(codeOf({ ...plain, hash: '' }), 'proof_invalid')
  t.equal(codeOf(plain, expires + 61_000), 'proof_expired')
  const late = now + 2 * 3_600_000
  t.equal(codeOf({ userId: '42', expires: late, hash: hash(`42:${late}`) }), 'proof_invalid')
  const split = { userId: `42:${expires}`, expires, hash: hash(`42:${expires}:${expires}`) }
  t.equal(codeOf(split), 'proof_invalid', 'a colon would make two users one')
  t.end()
})

t.test('only what has the shape of a proof is looked at', t => {
  t.equal(readProof(null), null)
  t.equal(readProof({ userId: 42, expires: 1, hash: 'ab' }), null)
  t.equal(readProof({ userId: '42', expires: '1', hash: 'ab' }), null)
  t.strictSame(readProof({ jwt: 'a.b.c', userId: '42' }), { jwt: 'a.b.c' })
  t.strictSame(readProof({ userId: '42', expires: 1, hash: 'ab', email: ['a@b.id'] }), {
    ...{ userId: '42', expires: 1, hash: 'ab' }
  })
  t.end()
})

const day = [{ from: 9 * 60, to: 17 * 60 }]
const shop = (more: Partial<Hours> = {}): Hours => ({
  timeZone: 'Asia/Jakarta',
  week: [day, day, day, day, day, [{ from: 9 * 60, to: 12 * 60 }], []],
  holidays: new Set(),
  ...more
})
const at = (time: string) => Date.parse(time)

t.test('hours are read as people write them', t => {
  t.strictSame(readSpans('09.00-12.00, 13:00–17:00'), [
    { from: 540, to: 720 },
    { from: 780, to: 1020 }
  ])
  t.strictSame(readSpans('9-17'), day)
  t.strictSame(readSpans('00:00-24:00'), [{ from: 0, to: 1440 }])
  t.strictSame(readSpans(' '), [])
  for (const wrong of [
    'pagi',
    '9',
    '09.00-25.00',
    '24:00-25:00',
    '09.70-10.00',
    '9-9',
    '9-12 dan 13-17'
  ]) {
    t.equal(readSpans(wrong), null, wrong)
  }
  t.end()
})

t.test('the shop is open by its own clock', t => {
  const cases: [what: string, hours: Hours, now: string, opensAt: string | null][] = [
    ['Friday noon', shop(), '2026-11-20T12:00+07:00', 'open'],
    ['the first minute', shop(), '2026-11-20T09:00+07:00', 'open'],
    ['a minute before', shop(), '2026-11-20T08:59+07:00', '2026-11-20T09:00+07:00'],
    ['the last minute is over', shop(), '2026-11-20T17:00+07:00', '2026-11-21T09:00+07:00'],
    ['Saturday afternoon', shop(), '2026-11-21T13:00+07:00', '2026-11-23T09:00+07:00'],
    [
      'a holiday',
      shop({ holidays: new Set(['2026-11-23', '2026-11-24']) }),
      '2026-11-22T10:00+07:00',
      '2026-11-25T09:00+07:00'
    ],
    [
      'no hours at all',
      shop({ week: [[], [], [], [], [], [], []] }),
      '2026-11-22T03:00+07:00',
      'open'
    ],
    [
      'two spans',
      shop({
        week: Array(7).fill([
          { from: 540, to: 720 },
          { from: 780, to: 1020 }
        ])
      }),
      '2026-11-20T12:30+07:00',
      '2026-11-20T13:00+07:00'
    ],
    [
      'over midnight',
      shop({ week: [[], [], [], [], [{ from: 1200, to: 120 }], [], []] }),
      '2026-11-21T01:30+07:00',
      'open'
    ],
    [
      'after the night',
      shop({ week: [[], [], [], [], [{ from: 1200, to: 120 }], [], []] }),
      '2026-11-21T02:00+07:00',
      '2026-11-27T20:00+07:00'
    ],
    [
      'round the clock',
      shop({ week: Array(7).fill([{ from: 0, to: 1440 }]) }),
      '2026-11-22T23:59+07:00',
      'open'
    ],
    [
      'a year of holidays',
      shop({
        week: [day, [], [], [], [], [], []],
        holidays: new Set(['2026-11-23', '2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21'])
      }),
      '2026-11-22T10:00+07:00',
      null
    ],
    [
      'before the clocks go forward',
      shop({ timeZone: 'Europe/Berlin' }),
      '2026-03-28T13:00+01:00',
      '2026-03-30T09:00+02:00'
    ],
    [
      'before they go back',
      shop({ timeZone: 'Europe/Berlin' }),
      '2026-10-24T13:00+02:00',
      '2026-10-26T09:00+01:00'
    ],
    [
      'a time that the change leaves out',
      shop({ timeZone: 'Europe/Berlin', week: [[], [], [], [], [], [], [{ from: 150, to: 600 }]] }),
      '2026-03-29T00:30+01:00',
      '2026-03-29T03:00+02:00'
    ],
    [
      'far east',
      shop({ timeZone: 'Pacific/Kiritimati' }),
      '2026-11-20T17:00+14:00',
      '2026-11-21T09:00+14:00'
    ],
    [
      'far west',
      shop({ timeZone: 'Pacific/Pago_Pago' }),
      '2026-11-20T08:00-11:00',
      '2026-11-20T09:00-11:00'
    ]
  ]
  for (const [what, hours, moment, expected] of cases) {
    const found = presenceAt(hours, at(moment))
    const wanted =
      expected === 'open'
        ? { isOpen: true, opensAt: null }
        : { isOpen: false, opensAt: expected === null ? null : at(expected) }
    t.strictSame(found, wanted, what)
    if (found.opensAt !== null)
      t.ok(presenceAt(hours, found.opensAt).isOpen, `${what}: and then it is`)
  }
  t.end()
})

t.test('the promise names the day as people do', t => {
  const words = (name: string, values = {}) => [name, ...Object.values(values)].join(' ')
  const say = (moment: string, opensAt: string | null, locale: 'en' | 'id' = 'id') =>
    promiseOf(
      { isOpen: false, opensAt: opensAt === null ? null : at(opensAt) },
      { locale, timeZone: 'Asia/Jakarta', usual: 'Biasanya dijawab dalam 5 menit' },
      words,
      at(moment)
    )
  t.equal(say('2026-11-20T07:00+07:00', '2026-11-20T09:00+07:00'), 'who.opensToday 09.00')
  t.equal(say('2026-11-20T23:00+07:00', '2026-11-21T09:30+07:00', 'en'), 'who.opensTomorrow 09:30')
  t.equal(say('2026-11-20T23:00+07:00', '2026-11-23T09:00+07:00'), 'who.opensOn Senin 09.00')
  t.match(say('2026-11-20T23:00+07:00', '2026-12-01T09:00+07:00'), /Selasa,? 1 Desember 09\.00/)
  t.equal(say('2026-11-20T23:00+07:00', null), 'who.closed')
  t.end()
})
