import { t, type Test } from 'tap'
import { TemplateKeeper } from '../../server/channel/template/keep.ts'
import { listTemplates } from '../../server/channel/template/list.ts'
import { receiveTemplate } from '../../server/channel/receive/template.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import type { MessageTemplate } from '../../server/plugin-api/template.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld } from '../support/outbox-world.ts'
import { chatLike } from '../support/scripted-channel.ts'

const template = (name: string, more: Partial<MessageTemplate> = {}): MessageTemplate => ({
  ...{ name, language: 'id', category: 'utility', state: 'approved', fields: [] },
  body: 'Pesanan Anda sudah dikirim.',
  ...more
})

async function shop(t: Test, list: () => Promise<MessageTemplate[]>) {
  const world = await outboxWorld(t, { ...chatLike, templates: true })
  const { db, timing, tools, supervisor, provider, account } = world
  let asked = 0
  provider.templates = () => {
    asked += 1
    return list()
  }
  const keeper = new TemplateKeeper({ ...tools, supervisor })
  t.teardown(() => keeper.stop())
  keeper.start()
  await world.start()
  await timing.advance(1000)
  const names = async () => (await listTemplates(db, account.id)).map(one => one.name)
  return { ...world, keeper, names, asked: () => asked }
}

t.test('an account brings its templates when it is connected, and again each day', async t => {
  let all = [template('tertunda', { state: 'pending' }), template('dikirim')]
  const { timing, names, asked } = await shop(t, () => Promise.resolve(all))
  t.strictSame(await names(), ['dikirim', 'tertunda'], 'those that can be sent come first')
  t.equal(asked(), 1)
  all = [template('lunas')]
  await timing.advance(3_600_000)
  t.equal(asked(), 1)
  await timing.advance(24 * 3_600_000)
  t.strictSame(await names(), ['lunas'], 'what is gone there is gone here')
})

t.test('a failure keeps what was there, and leaves the provider alone for a while', async t => {
  let fail = false
  const { timing, keeper, account, names, asked } = await shop(t, () =>
    fail ? Promise.reject(new Error('Down')) : Promise.resolve([template('dikirim')])
  )
  fail = true
  await t.rejects(keeper.sync(account.id), { code: 'templates_failed', status: 409 })
  t.strictSame(await names(), ['dikirim'])
  await timing.advance(25 * 3_600_000)
  t.ok(asked() < 6, 'not without end')
  t.strictSame(await names(), ['dikirim'])
})

t.test('a template that nobody knew has the whole list asked for at once', async t => {
  let all = [template('dikirim')]
  const { db, account, timing, names } = await shop(t, () => Promise.resolve(all))
  all = [template('dikirim'), template('baru')]
  const change = {
    ...{ type: 'template' as const, key: 'x', at: timing.now().getTime() },
    ...{ name: 'baru', language: 'id', state: 'approved' as const }
  }
  await inTransaction(db, trx => receiveTemplate(trx, account.id, change))
  await settle()
  t.strictSame(await names(), ['baru', 'dikirim'])
})

t.test('what is no template is not kept', async t => {
  const odd = [{ name: 'tanpa isi' }, null, template('sama'), template('sama')] as MessageTemplate[]
  const { names } = await shop(t, () => Promise.resolve(odd))
  t.strictSame(await names(), ['sama'])
})

t.test('a channel without templates is not asked', async t => {
  const { tools, supervisor, account, db } = await outboxWorld(t, chatLike)
  const keeper = new TemplateKeeper({ ...tools, supervisor })
  await t.rejects(keeper.sync(account.id), { code: 'no_templates', status: 409 })
  t.strictSame(await listTemplates(db, account.id), [])
})
