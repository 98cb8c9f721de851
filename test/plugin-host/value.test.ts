import t from 'tap'
import type { SapaContext } from '../../server/plugin-api/plugin.ts'
import { now, pluginWorld } from '../support/plugin-world.ts'

t.test('values have limits, and what has expired makes room', async t => {
  const { drop, plugins, db, clock } = await pluginWorld(t)
  drop('poin', 'globalThis.poin = sapa')
  await plugins.activate('poin')
  const { values } = (globalThis as unknown as { poin: SapaContext }).poin

  await values.set('besar', 'é'.repeat(32 * 1024))
  await t.rejects(values.set('besar', `${'é'.repeat(32 * 1024)}x`), /besar is larger than 64 KB/)
  await t.rejects(values.set('', 'x'), /1 to 200 characters/)
  await t.rejects(values.set('k'.repeat(201), 'x'), /1 to 200 characters/)
  await t.rejects(values.set('angka', 40 as unknown as string), /not a text/)

  const full = Array.from({ length: 9_999 }, (_, index) => ({
    ...{ plugin_id: 'poin', key: `kunci-${index}`, value: 'x' },
    expires_at: index === 0 ? now.getTime() + 1_000 : null
  }))
  for (let from = 0; from < full.length; from += 1_000) {
    await db
      .insertInto('plugin_value')
      .values(full.slice(from, from + 1_000))
      .execute()
  }
  await t.rejects(values.set('lebih', 'x'), /at most 10000 values/)
  await values.set('besar', 'kecil')
  t.equal(await values.get('besar'), 'kecil', 'what exists can change')
  clock.now = new Date(now.getTime() + 1_000)
  await values.set('lebih', 'x')
  await t.rejects(values.set('lebih-lagi', 'x'), /at most 10000 values/)
  await values.delete('lebih')
  await values.set('lebih-lagi', 'x')
})
