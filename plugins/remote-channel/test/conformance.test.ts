import t from 'tap'
import { checkChannel, type ChannelSpec, type Provider } from 'sapa/plugin-api/test'
import { keepsPromises } from '../../../test/support/keeps-promises.ts'
import { fileMs } from '../../../test/support/patience.ts'
import spec from './conformance.ts'

t.setTimeout(fileMs)

t.test('the remote channel keeps the promises that its report tells', async t => {
  await keepsPromises(t, 'remote-channel', 'silver')
})

/** The kit with one thing of the provider changed. */
async function failing(number: number, change: (provider: Provider) => Partial<Provider>) {
  const start: ChannelSpec['start'] = async kit => {
    const provider: Provider = await spec.start(kit)
    return { ...provider, ...change(provider) }
  }
  const { cases } = await checkChannel('remote-channel', { ...spec, start }, { only: [number] })
  const { outcome, reason } = cases.find(one => one.number === number) ?? {}
  return { outcome, reason }
}

t.test('a program that is told nothing of what was refused fails case 15', async t => {
  const found = await failing(15, ({ webhook }) => ({
    webhook: { ...webhook!, refused: () => 0 }
  }))
  t.match(found, { outcome: 'failed', reason: /0 traces/ })
})

t.test('a door without a lock fails case 13', async t => {
  const found = await failing(13, ({ webhook }) => ({
    webhook: { ...webhook!, path: '/healthz', signature: 'authorization' }
  }))
  t.match(found, { outcome: 'failed', reason: /a missing signature is answered with/ })
})

t.test('a secret of the plugin that is told fails case 20', async t => {
  const found = await failing(20, () => ({ secrets: () => ['program answered'] }))
  t.match(found, { outcome: 'failed', reason: /tells a secret/ })
})
