import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Boot } from '../../server/plugin-host/boot/boot.ts'
import { writeCrash } from '../../server/plugin-host/boot/crash.ts'
import { readRecord, writeRecord } from '../../server/plugin-host/boot/record.ts'
import { temporaryFolder } from '../support/temporary.ts'

const start = new Date('2026-11-20T03:00:00Z').getTime()

/** Starts on one data folder, minutes apart; none of them ends in order. */
function starts(t: Test) {
  const dataDir = temporaryFolder(t)
  const boot = (minute: number, more: { isSafe?: boolean; isGuarded?: boolean } = {}) =>
    new Boot({
      ...{ dataDir, isSafe: false, isGuarded: true, healthyMs: 60_000, ...more },
      clock: () => new Date(start + minute * 60_000)
    })
  return { dataDir, boot }
}

t.test('three starts without an end lead to safe mode, but only within ten minutes', async t => {
  const { boot } = starts(t)

  const causes = [0, 1, 2, 3].map(minute => boot(minute).safeMode?.cause)
  t.same(causes, [undefined, undefined, undefined, 'failed_boots'])
  t.equal(boot(20).safeMode, null, 'what is long ago does not count')
})

t.test('a standstill that nobody is named for counts as a failed start', async t => {
  const { boot, dataDir } = starts(t)
  const crash = (minute: number) => {
    const at = start + minute * 60_000
    writeCrash(dataDir, { kind: 'hang', plugin: null, entry: 'unknown', at, stack: [] })
  }
  const seen = [0, 1, 2, 3].map(minute => {
    const next = boot(minute)
    next.settled()
    crash(minute)
    return [next.culprit, next.safeMode?.cause]
  })

  t.same(seen.at(-1), [null, 'failed_boots'])
})

t.test(
  'whoever was being started is named, and by the watchdog rather than by the record',
  async t => {
    const { boot, dataDir } = starts(t)
    const first = boot(0)
    first.enter('satu')
    t.match(boot(1).culprit, { plugin: 'satu', why: { kind: 'boot' } })

    boot(2).enter('satu')
    const stack = ['lingkar (file:///data/plugins/dua/index.js:3)']
    writeCrash(dataDir, { kind: 'hang', plugin: 'dua', entry: 'job:kirim', at: start, stack })
    const { culprit } = boot(3)
    t.match(culprit, { plugin: 'dua', why: { kind: 'hang', entry: 'job:kirim' } })
    t.match(culprit?.error.message, /stood still in job:kirim\nlingkar/)
  }
)

t.test('nobody is blamed when the machine itself went down', async t => {
  const { boot, dataDir } = starts(t)
  boot(0).enter('satu')
  const record = readRecord(dataDir)
  if (record) writeRecord(dataDir, { ...record, machine: 'another start' }, false)

  const next = boot(1)

  t.equal(next.culprit, null)
  next.leave()
  t.match(readRecord(dataDir), { plugin: null, failures: [start] }, 'it is a start that failed')
})

t.test('a record that cannot be read says nothing, and the guard can be off', async t => {
  const { boot, dataDir } = starts(t)
  writeFileSync(join(dataDir, 'boot.json'), '{"at":')
  t.match(boot(0), { culprit: null, safeMode: null })

  boot(1).enter('satu')
  t.equal(boot(2, { isGuarded: false }).culprit, null)
  t.match(boot(3, { isSafe: true }).safeMode, { cause: 'asked' })
})

t.test('an end in order leaves nothing, one by an error of our own does', async t => {
  const { boot, dataDir } = starts(t)
  boot(0).close()
  t.equal(readRecord(dataDir), null)

  const failing = boot(1)
  failing.fail()
  failing.close()
  t.match(readRecord(dataDir), { isStarting: true })
})
