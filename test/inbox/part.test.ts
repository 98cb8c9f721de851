import t from 'tap'
import { setup } from '../support/app.ts'
import { inboxWorld } from './world.ts'

const put = (url: string, payload: object = {}) => ({ method: 'PUT' as const, url, payload })

t.test('every change of state is a resource, and doing it twice leaves one event', async t => {
  const world = await inboxWorld(t)
  const { app, as, db, clock } = world
  const until = clock.now.getTime() + 3_600_000
  const changes: [string, 'PUT' | 'DELETE', object, string][] = [
    ['assignment', 'PUT', { assignee: 'me' }, 'assigned'],
    ['assignment', 'DELETE', {}, 'unassigned'],
    ['priority', 'PUT', { priority: 'urgent' }, 'prioritised'],
    ['pending', 'PUT', {}, 'pending'],
    ['pending', 'DELETE', {}, 'reopened'],
    ['snooze', 'PUT', { until }, 'snoozed'],
    ['snooze', 'DELETE', {}, 'reopened'],
    ['closure', 'PUT', {}, 'closed'],
    ['closure', 'DELETE', {}, 'reopened'],
    ['spam', 'PUT', {}, 'marked_spam'],
    ['spam', 'DELETE', {}, 'marked_not_spam']
  ]
  const id = await world.mail()
  for (const [resource, method, payload, action] of changes) {
    const before = await events()
    for (let n = 0; n < 2; n++) {
      const url = `/conversations/${id}/${resource}`
      const response = await app.inject(as.agent({ method, url, payload }))
      t.equal(response.statusCode, 200, `${method} ${resource}`)
      t.match(response.body, `header-${id}`)
    }
    t.strictSame((await events()).slice(before.length), [action], `${method} ${resource} once`)
  }

  async function events() {
    const rows = await db
      .selectFrom('event')
      .select('action')
      .where('conversation_id', '=', id)
      .orderBy('id')
      .execute()
    return rows.map(row => row.action)
  }
})

t.test('who assigns to themselves takes it, in both languages', async t => {
  const world = await inboxWorld(t)
  const { app, as, db, ids } = world
  const id = await world.mail()
  const assign = (assignee: string) => put(`/conversations/${id}/assignment`, { assignee })
  const lines = async (locale: string) => {
    await db.updateTable('agent').set({ locale }).execute()
    return (await app.inject(as.agent({ url: `/conversations/${id}` }))).body
  }

  await app.inject(as.agent(assign('me')))

  t.match(await lines('en'), / took it</)
  t.match(await lines('id'), / mengambilnya</)
  await app.inject(as.owner(assign(String(ids.supervisor))))
  t.match(await lines('en'), / assigned it to /)
})

t.test('a guest sees and changes only what is given to them', async t => {
  const world = await inboxWorld(t)
  const { app, as, ids } = world
  const foreign = await world.mail({ name: 'Sri Wahyuni' })
  const own = await world.mail({ name: 'Kadek Ayu', assigneeId: ids.guest })
  const message = (id: number) => ({
    kind: 'note',
    text: 'x',
    idempotency_key: `kunci-${id}-12345`
  })

  const list = await app.inject(as.guest({ url: '/inbox/all' }))
  t.match(list.body, 'Kadek Ayu')
  t.notMatch(list.body, 'Sri Wahyuni')
  t.match(list.body, /pane__count[^>]*>1</, 'counts what they may see')

  for (const path of [
    '',
    '/customer',
    '/header',
    '/pane',
    '/timeline',
    '/news',
    '/composer-state'
  ]) {
    const refused = await app.inject(as.guest({ url: `/conversations/${foreign}${path}` }))
    t.equal(refused.statusCode, 404, `foreign ${path || 'page'}`)
    const shown = await app.inject(as.guest({ url: `/conversations/${own}${path}` }))
    t.equal(shown.statusCode, 200, `own ${path || 'page'}`)
  }
  t.equal((await app.inject(as.guest(put(`/conversations/${foreign}/closure`)))).statusCode, 404)
  const post = (id: number) =>
    app.inject(
      as.guest({ method: 'POST', url: `/conversations/${id}/messages`, payload: message(id) })
    )
  t.equal((await post(foreign)).statusCode, 404)
  t.equal((await post(own)).statusCode, 303)
  t.equal(
    (await app.inject(as.guest(put(`/conversations/${own}/assignment`, { assignee: 'me' }))))
      .statusCode,
    403
  )
})

t.test('bad input is refused in words and changes nothing', async t => {
  const world = await inboxWorld(t)
  const { app, as, db } = world
  const id = await world.mail()
  const refused: [string, object][] = [
    ['snooze', { until: 5 }],
    ['snooze', { until: 'besok' }],
    ['assignment', { assignee: '99999' }],
    ['assignment', { assignee: { $ne: 1 } }],
    ['priority', { priority: 'sangat' }],
    ['team', { team: 4711 }]
  ]
  for (const [resource, payload] of refused) {
    const response = await app.inject(as.agent(put(`/conversations/${id}/${resource}`, payload)))
    t.match(String(response.statusCode), /^4(00|04|22)$/, `${resource} ${JSON.stringify(payload)}`)
  }
  const events = await db
    .selectFrom('event')
    .select('action')
    .where('conversation_id', '=', id)
    .execute()
  t.strictSame(
    events.map(event => event.action),
    ['opened']
  )

  const reply = (payload: object) =>
    app.inject(as.agent({ method: 'POST', url: `/conversations/${id}/messages`, payload }))
  const key = { kind: 'reply', seen: [99], idempotency_key: 'kunci-yang-panjang' }
  t.equal((await reply({ ...key, text: '   ' })).statusCode, 422)
  t.match((await reply({ ...key, text: 'Halo', cc: 'bukan-alamat' })).statusCode, 422)
  t.match((await reply({ ...key, text: 'Halo', attachment: ['tidak-ada'] })).statusCode, 422)
  t.strictSame(await db.selectFrom('outbox').select('id').execute(), [])
})

t.test('a double click sends once', async t => {
  const world = await inboxWorld(t)
  const { app, as, db } = world
  const id = await world.mail()
  const payload = {
    kind: 'reply',
    text: 'Baik, Bu.',
    seen: [99],
    idempotency_key: 'klik-ganda-0001'
  }
  const request = as.agent({ method: 'POST', url: `/conversations/${id}/messages`, payload })

  const replies = await Promise.all([app.inject(request), app.inject(request), app.inject(request)])

  t.strictSame(
    replies.map(reply => reply.statusCode),
    [303, 303, 303]
  )
  t.equal((await db.selectFrom('outbox').select('id').execute()).length, 1)
})

t.test('many conversations are closed together or not at all', async t => {
  const world = await inboxWorld(t)
  const { app, as, db, ids } = world
  const mine = await world.mail({ assigneeId: ids.guest })
  const foreign = await world.mail()
  const bulk = (id: number[]) => ({
    method: 'POST' as const,
    url: '/conversations/changes',
    payload: { change: 'close', view: 'all', id }
  })
  t.equal((await app.inject(as.guest(bulk([mine, foreign])))).statusCode, 404)
  t.strictSame(await statuses(), ['open', 'open'], 'none was closed')
  t.equal((await app.inject(as.agent(bulk([mine, foreign, mine])))).statusCode, 200)
  t.strictSame(await statuses(), ['closed', 'closed'])

  async function statuses() {
    const rows = await db.selectFrom('conversation').select('status').orderBy('id').execute()
    return rows.map(row => row.status)
  }
})

t.test('paging shows each conversation once, while new ones arrive', async t => {
  const world = await inboxWorld(t)
  for (let n = 0; n < 95; n++) await world.mail({ name: `Pelanggan ${n}` })
  const seen: string[] = []
  let url: string | undefined = '/inbox/all/rows'
  while (url) {
    const { body }: { body: string } = await world.app.inject(world.as.agent({ url }))
    seen.push(...[...body.matchAll(/id="row-(\d+)"/g)].map(match => match[1] ?? ''))
    url = /hx-get="([^"]*before=[^"]*)"/.exec(body)?.[1]
    await world.mail({ name: 'Yang baru' })
  }
  t.equal(seen.length, 95)
  t.equal(new Set(seen).size, 95)
})

t.test('files are bytes to keep, never pages of ours', async t => {
  const world = await inboxWorld(t)
  const { app, as } = world
  const id = await world.mail()
  const boundary = 'xxPEMBATASxx'
  const part = (name: string, type: string, content: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n${content}\r\n`
  const payload =
    part('../../evil\u202egnp.html', 'text/html', '<script>alert(1)</script>') +
    part('foto.svg', 'image/svg+xml', '<svg onload="alert(1)"/>') +
    `--${boundary}--\r\n`
  const uploaded = await app.inject(
    as.agent({
      method: 'POST',
      url: `/conversations/${id}/uploads`,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload
    })
  )
  t.equal(uploaded.statusCode, 200)
  const tokens = [...uploaded.body.matchAll(/value="([^"]{20,})"/g)].map(match => match[1] ?? '')
  t.equal(tokens.length, 2)
  t.notMatch(uploaded.body, '..')
  for (const token of tokens) {
    const file = await app.inject(as.agent({ url: `/attachments/${token}` }))
    t.equal(file.statusCode, 200)
    t.equal(file.headers['content-type'], 'application/octet-stream')
    t.match(file.headers['content-disposition'], /^attachment/)
    t.match(file.headers['content-security-policy'], 'sandbox')
    t.equal(file.headers['x-content-type-options'], 'nosniff')
    const again = { url: `/attachments/${token}`, headers: { 'if-none-match': file.headers.etag } }
    t.equal(file.headers['cache-control'], 'private, no-cache')
    t.match(await app.inject(as.agent(again)), { statusCode: 304, body: '' })
    t.equal((await app.inject(again)).statusCode, 303, 'signed out, the kept copy is not confirmed')
    t.equal(
      (await app.inject(as.owner({ url: `/attachments/${token}` }))).statusCode,
      404,
      'a colleague'
    )
  }
})

t.test('the list and the pages ask for sign-in', async t => {
  const { app } = await setup(t)
  for (const url of ['/inbox/mine', '/conversations/1', '/attachments/abcdefghijklmnop', '/nav']) {
    const response = await app.inject({ url, headers: { accept: 'text/html' } })
    t.equal(response.statusCode, 303, url)
    t.match(response.headers.location, '/sign-in')
  }
})

t.test('the composer works as a plain form', async t => {
  const world = await inboxWorld(t)
  const { app, as, db } = world
  const id = await world.mail()
  const url = `/conversations/${id}/messages`
  const form = { kind: 'reply', text: 'Sabtu pukul 10, Bu.', idempotency_key: 'tanpa-skrip-1' }
  const post = (payload: object) => app.inject(as.agent({ method: 'POST', url, payload }))

  const overtaken = await post({ ...form, seen: [0] })
  t.equal(overtaken.statusCode, 409)
  t.match(overtaken.body, '<!doctype html>', 'a whole page')
  t.match(overtaken.body, 'Ratna Kusumawardani wrote in the meantime')
  t.match(overtaken.body, />Sabtu pukul 10, Bu.<\/textarea>/, 'what was typed is still there')

  const empty = await post({ ...form, seen: [99], text: ' ' })
  t.equal(empty.statusCode, 422)
  t.match(empty.body, 'composer__call')

  const sent = await post({ ...form, seen: [99] })
  t.equal(sent.statusCode, 303)
  t.equal(sent.headers.location, `/conversations/${id}`)
  t.equal((await db.selectFrom('outbox').select('id').execute()).length, 1)
})

t.test('more than three events of one kind fold, and open again', async t => {
  const world = await inboxWorld(t)
  const { app, as } = world
  const id = await world.mail()
  for (const name of ['garansi', 'mesin-cuci', 'servis', 'bandung']) {
    const tag = { method: 'POST' as const, url: `/conversations/${id}/tags`, payload: { name } }
    await app.inject(as.agent(tag))
  }

  const page = await app.inject(as.agent({ url: `/conversations/${id}` }))

  t.match(page.body, /<details class="event-fold"[^>]*><summary>[^<]*garansi and 3 more like it/)
  t.equal(page.body.match(/class="event"/g)?.length, 5, 'none of them is lost')
  t.notMatch(page.body, '<option value="garansi">', 'a tag that it has is not suggested')
  const other = await app.inject(as.agent({ url: `/conversations/${await world.mail()}` }))
  t.match(other.body, '<option value="garansi">')
})
