import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../server/paths.ts'
import { setup } from '../support/app.ts'

t.test('docs/api.md tells what there is', async t => {
  const { app } = await setup(t)
  const text = readFileSync(join(root, 'docs/api.md'), 'utf8')
  const doors = app.doors.filter(
    ({ url, method }) => url.startsWith('/api/v1/') && method !== 'HEAD'
  )

  t.test('every path that it names exists with these methods, and no path is left out', async t => {
    const rows = [...text.matchAll(/^\| `(\/api\/v1[^`]+)`[^|]*\| ([A-Z, ]+) \|/gm)]
    const told = rows.flatMap(([, url, methods]) =>
      (methods ?? '').split(', ').map(method => `${method} ${url}`)
    )
    const real = doors
      .map(({ method, url }) => `${method} ${url}`)
      .filter(door => !/openapi\.json$|\/replay$/.test(door))

    t.same(told.toSorted(), real.toSorted())
    t.match(text, '/api/v1/openapi.json')
  })

  t.test('every address of its examples leads to a door', async t => {
    const examples = [...text.matchAll(/curl(?:\s+-X (\w+))?[^\n]*?\$SAPA(\/api\/v1\/[^\s"?]+)/g)]

    t.ok(examples.length >= 4)
    for (const [, method = 'GET', path = ''] of examples) {
      const url = path.replaceAll(/\/\d+/g, '/:id')
      t.ok(
        doors.some(door => door.url === url && door.method === method),
        `${method} ${url}`
      )
    }
  })

  t.test('the permissions that it names are those of the doors', async t => {
    for (const [, url, methods, permissions] of text.matchAll(
      /^\| `(\/api\/v1[^`]+)`[^|]*\| ([A-Z, ]+) \| (.*) \|$/gm
    )) {
      for (const method of (methods ?? '').split(', ')) {
        const door = doors.find(one => one.url === url && one.method === method)
        const isTold = permissions === 'any' || permissions?.includes(`\`${door?.can}\``)
        t.ok(isTold, `${method} ${url} ${door?.can}`)
      }
    }
  })
})
