import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { setup } from '../support/app.ts'

interface Operation {
  summary?: string
  tags?: string[]
  security?: unknown[]
  requestBody?: unknown
  responses: Record<string, { description?: string; content?: unknown }>
}
interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

t.test('the description of the API', async t => {
  const { app } = await setup(t)
  const response = await app.inject('/api/v1/openapi.json')
  const description = response.json<Description>()
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  )

  t.test('is open to everybody and valid OpenAPI 3.1', async t => {
    const result = await new Validator().validate(response.json<Record<string, unknown>>())

    t.equal(response.statusCode, 200)
    t.equal(description.openapi, '3.1.0')
    t.same(result.errors ?? [], [])
    t.equal(result.valid, true)
  })

  t.test('names every route, and no other', async t => {
    const routes = app.doors
      .filter(({ url, method }) => url.startsWith('/api/v1/') && method !== 'HEAD')
      // Routes of plugins are described one by one while their plugin is on.
      .filter(({ url }) => !url.startsWith('/api/v1/x/'))
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)

    t.ok(routes.length > 20)
    t.same(described.toSorted(), routes.toSorted())
  })

  t.test('says what each route is for, who may, what it takes and answers', async t => {
    for (const { path, method, operation } of operations) {
      const name = `${method} ${path}`
      t.ok(operation.summary, name)
      t.ok(operation.tags?.length, name)
      const isPublic = path.endsWith('/openapi.json')
      t.same(operation.security, isPublic ? [] : [{ token: [] }], name)
      t.ok(
        Object.keys(operation.responses).some(status => /^2/.test(status)),
        name
      )
      if (!isPublic) {
        for (const status of ['400', '401', '403', '422', '429'])
          t.ok(operation.responses[status], name)
      }
      if (method === 'patch') t.ok(operation.requestBody, name)
    }
  })

  t.test('refers only to what it holds', async t => {
    const names = [...response.body.matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1] ?? '')

    t.ok(names.length > 20)
    for (const name of new Set(names)) {
      const [, found] = /^#\/components\/schemas\/(\w+)$/.exec(name) ?? []
      t.ok(found && description.components.schemas[found], name)
    }
  })
})
