import t, { type Test } from 'tap'
import { addDays, dayStart, readRange } from '../../server/report/range.ts'
import { setup as setupApp } from '../support/app.ts'
import { dropPlugin } from '../support/plugin.ts'

const cards = `
  sapa.slot('dashboard.cards', { id: 'hari', title: { en: 'Sales today', id: 'Penjualan hari ini' },
    render: (_props, viewer) => sapa.html\`<p>untuk \${viewer.role}</p>\` })
  sapa.slot('report.cards', { id: 'rentang', title: { en: 'Sales', id: 'Penjualan' },
    render: ({ from, to }) => sapa.html\`<p>\${new Date(from).toISOString()} \${new Date(to).toISOString()}</p>\` })`

async function setup(t: Test) {
  const world = await setupApp(t)
  const get = async (url: string, who: keyof typeof world.as = 'supervisor') => {
    const { statusCode, body } = await world.app.inject(world.as[who]({ method: 'GET', url }))
    return { status: statusCode, body }
  }
  const drop = () =>
    dropPlugin(world.dataDir, 'kasir', cards, {
      manifest: {
        title: { en: 'Till', id: 'Kasir' },
        provides: ['slot:dashboard.cards', 'slot:report.cards']
      }
    })
  return { ...world, get, drop }
}

t.test('reports are for supervisors and say where cards come from', async t => {
  const { get, drop, sapa } = await setup(t)

  t.equal((await get('/reports', 'agent')).status, 403)
  t.notMatch((await get('/nav', 'agent')).body, '/reports')
  t.match((await get('/nav')).body, 'href="/reports"')
  t.match((await get('/reports')).body, /WooCommerce orders<\/span><span class="chip">off/)
  drop()
  await sapa.plugins.scan()
  t.match((await get('/reports')).body, /Till<\/span><span class="chip">off/)
})

t.test('cards of today and of chosen days are fetched by themselves', async t => {
  const { get, drop, sapa } = await setup(t)
  drop()
  t.equal((await sapa.plugins.activate('kasir')).state, 'active')

  const { body } = await get('/reports?from=2026-11-01&to=2026-11-03')
  const urls = [...body.matchAll(/hx-get="([^"]+)"/g)].map(
    match => match[1]?.replaceAll('&amp;', '&') ?? ''
  )

  t.equal(urls.length, 2)
  t.match((await get(urls[0] ?? '')).body, 'untuk supervisor')
  const zone = '2026-10-31T17:00:00.000Z 2026-11-03T17:00:00.000Z'
  t.match((await get(urls[1] ?? '')).body, zone, 'midnight in Jakarta')
  t.equal((await get(urls[1] ?? '', 'agent')).status, 403)
  t.equal((await get('/slots/report.cards/kasir.rentang?from=5&to=5')).status, 404)
  t.equal((await get('/slots/report.cards/kasir.rentang')).status, 404)
})

t.test('days that cannot be come back with the reason', async t => {
  const { get } = await setup(t)
  for (const [query, reason] of [
    ['from=2026-11-20&to=2026-11-01', 'Choose a day after the first one'],
    ['from=2020-01-01&to=2026-11-01', 'At most one year'],
    ['from=kemarin', 'Reports'],
    ['to=2026-02-31', 'Reports']
  ] as const) {
    const { status, body } = await get(`/reports?${query}`)
    t.equal(status, 422, query)
    t.match(body, reason)
  }
  t.match((await get('/reports?from=&to=')).body, 'value="2026-11-20"', 'empty is the last week')
})

t.test('a day begins at midnight of its zone', async t => {
  const starts: [string, string, string][] = [
    ['2026-11-20', 'Asia/Jakarta', '2026-11-19T17:00:00.000Z'],
    ['2026-11-20', 'UTC', '2026-11-20T00:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00.000Z'],
    ['2026-11-20', 'Asia/Kathmandu', '2026-11-19T18:15:00.000Z']
  ]
  for (const [day, zone, at] of starts) {
    t.equal(new Date(dayStart(day, zone)).toISOString(), at, `${day} in ${zone}`)
  }
  t.equal(addDays('2026-02-28', 1), '2026-03-01')
  const week = readRange({}, '2026-11-20', 'Asia/Jakarta')
  t.same([week.first, week.last], ['2026-11-14', '2026-11-20'])
  t.equal(week.to - week.from, 7 * 86_400_000)
})
