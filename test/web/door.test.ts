import t from 'tap'
import { may, permissions, roles } from '../../server/agent/permission.ts'
import { checkPermissions } from '../../server/web/permission.ts'
import { fastify } from 'fastify'
import { setup } from '../support/app.ts'

t.test('every door of the house', async t => {
  const { app, as } = await setup(t)

  t.test('names a permission that exists, or is public', async t => {
    t.ok(app.doors.length > 10)
    for (const door of app.doors) {
      if (door.can) t.ok(permissions.includes(door.can), `${door.method} ${door.url}`)
    }
  })

  t.test('stays shut for strangers', async t => {
    for (const door of app.doors.filter(({ can }) => can !== null)) {
      const response = await app.inject({ ...knock(door), headers: fromOurPages })
      const isPage = response.statusCode === 303 && isSignIn(response.headers.location)
      const isShut = isPage || response.statusCode === 401
      t.ok(isShut, `${door.method} ${door.url} answers ${response.statusCode}`)
    }
  })

  t.test('stays shut for every role that lacks the permission', async t => {
    for (const door of app.doors) {
      if (door.can === null || door.url.startsWith('/api/')) continue
      for (const role of roles.filter(one => !may(one, door.can ?? 'owner:manage'))) {
        const response = await app.inject(as[role](knock(door)))
        t.equal(response.statusCode, 403, `${role} at ${door.method} ${door.url}`)
      }
    }
  })
})

t.test('a route without a permission stops the boot', async t => {
  const app = fastify()
  checkPermissions(app as never, {} as never)

  t.throws(() => app.get('/open', () => 'hello'), /GET \/open names no permission/)
})

t.test('trust grows from guest to owner', async t => {
  for (const [index, role] of roles.entries()) {
    const less = roles[index - 1]
    if (!less) continue
    for (const permission of permissions) {
      if (may(less, permission)) t.ok(may(role, permission), `${role} keeps ${permission}`)
    }
  }
})

const fromOurPages = { accept: 'text/html', 'sec-fetch-site': 'same-origin' }

function knock(door: { method: string; url: string }) {
  const url = door.url.replace(/:\w+/g, '1').replace('*', 'x')
  return { method: door.method as 'GET', url }
}

function isSignIn(location: unknown): boolean {
  return String(location).startsWith('/sign-in')
}
