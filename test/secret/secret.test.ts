import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSecretBox } from '../../server/secret/box.ts'
import { checkKey } from '../../server/secret/check.ts'
import { isSame } from '../../server/secret/same.ts'
import { randomCode, randomToken } from '../../server/secret/token.ts'
import { openTestDb } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'

const now = new Date('2026-11-20T08:00:00Z')

t.test('a sealed password opens again and shows nothing', async t => {
  const box = openSecretBox(temporaryFolder(t))

  const sealed = box.seal('kata sandi surel')

  t.match(sealed, /^v1\./)
  t.notMatch(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1'), /sandi/)
  t.equal(box.open(sealed), 'kata sandi surel')
  t.not(box.seal('kata sandi surel'), sealed)
})

t.test('a changed or foreign value does not open', async t => {
  const box = openSecretBox(temporaryFolder(t))
  const [version, iv, body] = box.seal('kata sandi surel').split('.') as [string, string, string]
  const bytes = Buffer.from(body, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1

  t.throws(() => box.open([version, iv, bytes.toString('base64url')].join('.')))
  t.throws(() => box.open(`v2.${iv}.${body}`), /not a sealed value/)
  t.throws(() => box.open(`v1.${iv}.AAAA`), /not a sealed value/)
  t.throws(() => box.open('kata sandi surel'), /not a sealed value/)
  t.throws(() => openSecretBox(temporaryFolder(t)).open([version, iv, body].join('.')))
})

t.test('the key file is made once, for the owner alone', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'secret.key')

  const sealed = openSecretBox(folder).seal('token bot')

  t.equal(statSync(file).mode & 0o777, 0o600)
  const text = readFileSync(file, 'utf8')
  t.equal(openSecretBox(folder).open(sealed), 'token bot')
  t.equal(readFileSync(file, 'utf8'), text)
  t.equal(openSecretBox('/nowhere', text).open(sealed), 'token bot', 'the same key from outside')
})

t.test('a damaged key file and a short key are refused in plain words', async t => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'secret.key'), 'abc')
  chmodSync(join(folder, 'secret.key'), 0o600)

  t.throws(() => openSecretBox(folder), /secret\.key is damaged: bring it back from your backup/)
  t.throws(() => openSecretBox(folder, 'rahasia'), /SAPA_SECRET_KEY is too short/)
})

t.test('a key that does not fit the database is refused', async t => {
  const { db, folder } = await openTestDb(t)
  const box = openSecretBox(folder)

  await checkKey(db, box, now)
  await checkKey(db, openSecretBox(folder), now)

  const other = openSecretBox(folder, 'kunci-yang-lain-dan-cukup-panjang-sekali')
  await t.rejects(checkKey(db, other, now), /The secret key does not fit this database/)
})

t.test('derived keys differ by purpose and stay the same over restarts', async t => {
  const folder = temporaryFolder(t)

  const session = openSecretBox(folder).derive('session')

  t.equal(session.length, 32)
  t.same(openSecretBox(folder).derive('session'), session)
  t.notSame(openSecretBox(folder).derive('upload'), session)
})

t.test('tokens and their comparison', async t => {
  t.match(randomCode(), /^[a-z2-7]{20}$/)
  t.match(randomToken(), /^[\w-]{43}$/)
  t.not(randomToken(), randomToken())
  t.ok(isSame('sama', Buffer.from('sama')))
  t.notOk(isSame('sama', 'samar'))
  t.notOk(isSame('', 'x'))
  const hash = openSecretBox(temporaryFolder(t)).hash('abc')
  t.match(hash, /^ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad$/)
})
