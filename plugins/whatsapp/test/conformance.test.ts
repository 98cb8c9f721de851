import { join } from 'node:path'
import t from 'tap'
import { keptReport, testPlugin } from 'sapa/plugin-api/test'
import { fileMs } from '../../../test/support/patience.ts'

t.setTimeout(fileMs)

t.test('WhatsApp keeps the promises that its report tells', async t => {
  const { report } = await testPlugin('whatsapp')

  const kept = keptReport(join(process.cwd(), 'plugins/whatsapp'), report.version)
  const outcomes = (cases: readonly { number: number; outcome: string }[] = []) =>
    cases.map(({ number, outcome }) => `${number} ${outcome}`)
  t.same(
    report.cases.filter(({ outcome }) => outcome === 'failed'),
    []
  )
  t.same(outcomes(report.cases), outcomes(kept?.cases), 'conformance.json is of this version')
  t.same([report.tier, kept?.tier], ['gold', 'gold'])
})
