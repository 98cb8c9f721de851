import t from 'tap'
import { checkChannel } from 'sapa/plugin-api/test'
import { copyWarung } from './copy.ts'
import { warungSpec } from './warung-spec.ts'

for (const line of ['webhook', 'poll'] as const) {
  t.test(`a right channel with a ${line} reaches gold`, async t => {
    const previous = copyWarung(t, '', '0.9.0')
    const plugin = copyWarung(t, '', '1.1.0')
    const report = await checkChannel(plugin, { ...warungSpec(line), previous })

    const wrong = report.cases.filter(({ outcome }) => outcome === 'failed')
    t.same(wrong, [])
    t.equal(report.tier, 'gold')
  })
}
