import t from 'tap'
import { openDb } from '../../server/db/open.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { getSetting, getSettings } from '../../server/setting/get.ts'
import { saveSettings, setSetting } from '../../server/setting/save.ts'
import { openTestDb } from '../support/database.ts'

const now = new Date('2026-11-20T08:00:00Z')

t.test('a new installation has the defaults', async t => {
  const { db } = await openTestDb(t)

  t.match(await getSettings(db), {
    businessName: '',
    locale: 'id',
    continuityHours: 72,
    reopenDays: 7,
    journalDays: 30,
    noticeRecipients: []
  })
})

t.test('a saved setting is seen at once, by the reader too', async t => {
  const { db, file } = await openTestDb(t)
  const reader = openDb(file, { isReadOnly: true })
  t.teardown(() => reader.destroy())
  t.equal(await getSetting(db, 'businessName'), '')
  t.equal(await getSetting(reader, 'businessName'), '')

  await saveSettings(db, { businessName: 'Toko Maju', reopenDays: 14 }, now)

  t.equal(await getSetting(db, 'businessName'), 'Toko Maju')
  t.equal(await getSetting(reader, 'businessName'), 'Toko Maju')
  t.equal(await getSetting(db, 'continuityHours'), 72)
})

t.test('a rolled back change was never there', async t => {
  const { db } = await openTestDb(t)
  await getSettings(db)

  const work = inTransaction(db, async trx => {
    await setSetting(trx, 'businessName', 'Toko Batal', now)
    t.equal(await getSetting(trx, 'businessName'), 'Toko Batal')
    throw new Error('dibatalkan')
  })

  await t.rejects(work, /dibatalkan/)
  t.equal(await getSetting(db, 'businessName'), '')
})

t.test('wrong values are refused together and nothing is saved', async t => {
  const { db } = await openTestDb(t)
  const patch = { businessName: 'Toko Maju', reopenDays: -1, timeZone: 'Mars/Olympus' }

  await t.rejects(saveSettings(db, patch, now), {
    code: 'invalid',
    fields: { reopenDays: 'error.field.invalid', timeZone: 'error.field.invalid' }
  })
  await t.rejects(saveSettings(db, { colour: 'red' } as object, now), { code: 'invalid' })

  t.equal(await getSetting(db, 'businessName'), '')
})
