import t, { type Test } from 'tap'
import { makeLetter } from '../support/letter.ts'
import { dropPlugin } from '../support/plugin.ts'
import { apiWorld } from '../support/program.ts'
import { until } from '../support/until.ts'

const setupCode = `
  const label = { en: 'Has many points', id: 'Poinnya banyak' }
  const params = { least: { type: 'number', label: { en: 'At least', id: 'Paling sedikit' }, min: 1, default: 10 },
    kind: { type: 'select', label: { en: 'Kind', id: 'Jenis' }, options: [{ value: 'emas', label: { en: 'Gold', id: 'Emas' } }] } }
  const condition = (id, test) => sapa.rules.condition({ id, label, params, test })
  condition('many', async (params, facts) => { seen.push({ params, facts }); return params.least <= 40 })
  condition('odd', async () => 'ya')
  condition('throws', () => { throw new Error('rahasia 7391') })
  condition('hangs', () => { seen.push('hangs'); return new Promise(() => {}) })
  sapa.rules.action({ id: 'give', label: { en: 'Give points', id: 'Beri poin' }, params,
    run: async (params, facts) => { seen.push({ params, facts }) } })
  sapa.rules.action({ id: 'fails', label, run: async () => { throw new Error('rahasia 7391') } })`

async function setup(t: Test) {
  const world = await apiWorld(t)
  globalThis.seen = []
  dropPlugin(world.dataDir, 'poin', setupCode)
  await world.sapa.plugins.activate('poin')
  const { conversation } = await makeLetter(world)
  const evaluate = (id: string, body: object = { conversation: conversation.id }) =>
    world.call.admin(`POST /rule-conditions/poin.${id}/evaluations`, body)
  return { ...world, conversation, evaluate }
}

t.test('what plugins bring for rules is listed in the language of the reader', async t => {
  const { call, db, ids } = await setup(t)
  await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.admin).execute()

  const { body } = await call.admin('GET /rule-conditions')
  t.same(
    body.data.map((part: { key: string }) => part.key),
    ['poin.hangs', 'poin.many', 'poin.odd', 'poin.throws']
  )
  t.match(body.data[1], {
    label: 'Poinnya banyak',
    plugin: 'poin',
    params: [
      {
        name: 'least',
        type: 'number',
        label: 'Paling sedikit',
        required: false,
        min: 1,
        default: 10
      },
      { name: 'kind', options: [{ value: 'emas', label: 'Emas' }] }
    ]
  })
  t.match((await call.owner('GET /rule-actions')).body, {
    data: [{ key: 'poin.fails' }, { key: 'poin.give', label: 'Give points' }],
    next: null
  })
  const first = await call.admin('GET /rule-conditions?limit=3')
  const rest = await call.admin(`GET /rule-conditions?cursor=${first.body.next}`)
  t.match(rest.body, { data: [{ key: 'poin.throws' }], next: null })
  t.equal((await call.supervisor('GET /rule-conditions')).status, 403)
})

t.test('a condition is tried on a conversation', async t => {
  const { evaluate, conversation, sapa } = await setup(t)
  const { id } = conversation

  t.match(await evaluate('many'), { status: 200, body: { holds: true } })
  t.same(seen, [
    {
      params: { least: 10, kind: undefined },
      facts: { conversation: id, customer: conversation.customer_id, message: null }
    }
  ])
  const many = await evaluate('many', { conversation: id, params: { least: 41, kind: 'emas' } })
  t.match(many, { status: 200, body: { holds: false } })
  t.match(await evaluate('many', { conversation: id, params: { least: 0, kind: 'besi' } }), {
    status: 422,
    body: { error: { fields: { least: String, kind: String } } }
  })
  t.equal((await evaluate('many', { conversation: 999_999 })).status, 404)
  t.equal((await evaluate('many', { params: {} })).status, 422)
  t.equal((await evaluate('many', { conversation: id, params: [] })).status, 422)
  t.equal((await evaluate('few')).status, 404)
  t.equal(seen.length, 2, 'nothing refused reached the plugin')

  await sapa.plugins.deactivate('poin')
  t.match(await evaluate('many'), { status: 404, body: { error: { code: 'not_found' } } })
  await sapa.plugins.activate('poin')
  t.equal((await evaluate('many')).status, 200)
})

t.test('a condition that fails is told so, and rests after five times', async t => {
  const { evaluate, sapa } = await setup(t)
  const is = (status: number, code: string) => ({ status, body: { error: { code } } })

  t.match(await evaluate('odd'), is(502, 'plugin_failed'))
  for (let times = 0; times < 5; times++) {
    const answer = await evaluate('throws')
    t.match(answer, is(502, 'plugin_failed'))
    t.notMatch(JSON.stringify(answer.body), /rahasia/)
  }
  t.match(await evaluate('throws'), is(503, 'plugin_resting'))
  t.match(await evaluate('many'), { status: 200 }, 'the others go on')
  t.match(await evaluate('hangs'), is(503, 'too_slow'))
  t.equal((await sapa.plugins.find('poin')).state, 'active')
})

t.test('whoever waits for a condition is told when its plugin is switched off', async t => {
  const { evaluate, sapa } = await setup(t)
  const waiting = evaluate('hangs')
  await until(() => seen.includes('hangs'))

  t.match(await sapa.plugins.deactivate('poin'), { state: 'installed' })
  t.match(await waiting, { status: 404, body: { error: { code: 'not_found' } } })
})

t.test('an action is run', async t => {
  const { call, conversation, evaluate } = await setup(t)
  const run = (id: string, more: object = {}) =>
    call.owner(`POST /rule-actions/poin.${id}/runs`, { conversation: conversation.id, ...more })

  t.match(await run('give', { params: { least: 5 } }), { status: 200, body: { is_done: true } })
  t.match(seen, [{ params: { least: 5 }, facts: { conversation: conversation.id } }])
  t.match(await run('fails'), { status: 502, body: { error: { code: 'plugin_failed' } } })
  t.equal((await run('many')).status, 404, 'conditions are no actions')
  t.equal((await evaluate('give')).status, 404)
})

t.test('parts of rules that cannot be used stop their plugin', async t => {
  const { sapa, dataDir } = await setup(t)
  const part = (more: string) => `sapa.rules.condition({ id: 'x', label: { en: 'X', id: 'X' },
    test: async () => true, ${more} })`
  const wrong: [string, RegExp][] = [
    [part("id: 'Banyak Poin'"), /no usable id/],
    [part("label: { en: 'X' }"), /no label/],
    [part('test: null'), /no function test/],
    [part("params: { kunci: { type: 'secret', label: { en: 'K', id: 'K' } } }"), /secret/],
    [`${part('')};${part('')}`, /registered already/]
  ]
  for (const [index, [text, reason]] of wrong.entries()) {
    dropPlugin(dataDir, `keliru-${index}`, text)
    t.match(await sapa.plugins.activate(`keliru-${index}`), { state: 'broken', reason }, text)
  }
  t.same(
    sapa.plugins.offers.rules.conditions().filter(({ plugin }) => plugin !== 'poin'),
    []
  )
})
