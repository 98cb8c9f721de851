import t from 'tap'
import { dropExample } from '../support/example.ts'
import { apiWorld } from '../support/program.ts'

t.test('the examples points and points-card', async t => {
  const { sapa, dataDir, call, app, as, make, db } = await apiWorld(t)
  for (const id of ['points', 'points-card']) {
    dropExample(dataDir, id)
    t.match(await sapa.plugins.activate(id), { state: 'active', reason: null })
  }
  const { id } = await make.customer(db, { name: 'Rina Marlina' })
  const give = (role: keyof typeof call, points: unknown, customer = id) =>
    call[role](`POST /x/points/customers/${customer}/points`, { points }, json)
  const card = async () => {
    const url = `/slots/customer.sidebar/points-card.points?customer=${id}`
    return (await app.inject(as.agent({ url }))).payload
  }

  await t.test('programs give points with a permission', async t => {
    t.equal((await give('agent', 40)).status, 403)
    t.match(await give('supervisor', 40), { status: 201, body: { points: 40 } })
    t.equal((await give('supervisor', 'banyak')).status, 422)
    t.equal((await give('supervisor', 1, 999_999)).status, 404)
    await call.owner('PUT /plugins/points/permissions/give', { role: 'agent' })
    t.match(await give('agent', 2), { status: 201, body: { points: 42 } })
  })

  await t.test('the card shows them while both are on', async t => {
    t.match(await card(), '42 points')
    await sapa.plugins.deactivate('points')
    t.notMatch(await card(), 'points</p>')
    t.equal((await sapa.plugins.find('points-card')).state, 'active')
    await sapa.plugins.activate('points')
    t.match(await card(), '42 points')
  })

  await t.test('the customer is told and forgotten', async t => {
    const path = `/customers/${id}/plugin-records`
    t.match((await call.owner(`GET ${path}`)).body.data, [{ records: { points: 42 } }])
    await call.owner(`DELETE ${path}`)
    await sapa.jobs.tick(sapa.clock())
    t.match((await call.owner(`GET ${path}/erasures`)).body.data, [{ state: 'done' }])
    t.match((await call.owner(`GET ${path}`)).body.data, [{ state: 'nothing' }])
    t.match(await card(), '0 points')
  })
})

const json = { 'content-type': 'application/json' }
