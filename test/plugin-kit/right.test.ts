import t from 'tap'
import { checkChannel } from 'sapa/plugin-api/test'
import { copyWarung } from './copy.ts'
import { warungSpec } from './warung-spec.ts'

for (const line of ['webhook', 'poll'] as const) {
  t.test(`a right channel with a ${line} keeps its promises`, async t => {
    const report = await checkChannel(copyWarung(t), warungSpec(line))

    const wrong = report.cases.filter(({ outcome }) => outcome === 'failed')
    t.same(wrong, [])
    t.equal(report.tier, 'bronze')
  })
}
