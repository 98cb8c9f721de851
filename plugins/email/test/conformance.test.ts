import t from 'tap'
import { keepsPromises } from '../../../test/support/keeps-promises.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'

t.setTimeout(fileMs)

t.test('e-mail keeps the promises that its report tells', async t => {
  if (!needs(t, 'dovecot')) return
  await keepsPromises(t, 'email', 'gold')
})
