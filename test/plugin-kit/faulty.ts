import t from 'tap'
import { checkChannel } from 'sapa/plugin-api/test'
import { copyWarung } from './copy.ts'
import { warungSpec } from './warung-spec.ts'

/** What the channel does wrong, the cases that this breaks, and how its messages come in. */
export type Fault = [does: string, broken: number[], line?: 'webhook' | 'poll']

/** What a fault of another kind leaves alone. */
const neighbours = [8, 16]

/** The faulty channel fails exactly these cases, and gets no tier that needs them. */
export function failsWhereItMust(...[does, broken, line = 'webhook']: Fault): void {
  t.test(`a channel that ${does} fails ${broken.join(', ')}`, async t => {
    const plugin = copyWarung(t, does)
    const only = [...broken, ...neighbours]
    // What never comes is not waited for as long as what is slow.
    const { cases } = await checkChannel(plugin, warungSpec(line), { only, soonMs: 6_000 })

    const failed = cases.filter(({ outcome }) => outcome === 'failed')
    t.same(
      failed.map(({ number }) => number),
      broken,
      failed.map(({ number, reason }) => `${number}: ${reason}`).join('; ')
    )
  })
}
