import t from 'tap'
import { keepsPromises } from '../../../test/support/keeps-promises.ts'
import { fileMs } from '../../../test/support/patience.ts'

t.setTimeout(fileMs)

t.test('web chat keeps the promises that its report tells', async t => {
  await keepsPromises(t, 'webchat', 'gold')
})
