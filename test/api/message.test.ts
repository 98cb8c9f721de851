import t from 'tap'
import { saveDraft } from '../../server/conversation/reply/draft.ts'
import { dropUploads } from '../../server/conversation/reply/upload.ts'
import { make } from '../support/app.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('messages by the API', async t => {
  const world = await apiWorld(t)
  const { app, call, db, ids, provider } = world
  const { conversation, account, message, identity } = await makeLetter(world)
  const path = `/conversations/${conversation.id}/messages`
  const write = (body: object) => call.agent(`POST ${path}`, body)
  const nota = {
    filename: '../../nota "Maret".txt',
    mime: 'text/html',
    content: 'PGI+aGFsbzwvYj4='
  }

  t.test('are read in their order', async t => {
    const { body } = await call.agent(`GET ${path}`)

    t.match(body.data, [
      {
        ...{ id: message.id, kind: 'inbound', account_id: account.id, status: 'received' },
        author: { kind: 'customer', address: identity.value },
        ...{ text: message.text, attachments: [], at: '2026-11-20T02:00:00.000Z' }
      }
    ])
    t.equal(body.next, null)
  })

  t.test('reply: goes to the customer and waits in the outbox', async t => {
    const { status, body } = await write({
      ...{ kind: 'reply', text: 'Faktur kami kirim ulang.', cc: ['akuntan@toko.example'] },
      bcc: ['arsip@toko.example']
    })

    t.equal(status, 201)
    t.match(body, {
      ...{ kind: 'outbound', status: 'queued', account_id: account.id },
      author: { kind: 'agent', id: ids.agent, name: 'Dewi Anggraini' },
      ...{ to: [{ value: identity.value }], cc: [{ value: 'akuntan@toko.example' }] },
      bcc: [{ value: 'arsip@toko.example' }]
    })
    const { body: outbox } = await call.supervisor('GET /outbox?state=queued')
    t.match(outbox.data, [{ message_id: body.id, conversation_id: conversation.id, step: 0 }])
    t.equal(provider.sent.length, 0)
  })

  t.test('note: stays in the house', async t => {
    const { status, body } = await write({ kind: 'note', text: 'Sudah ditelepon.' })

    t.equal(status, 201)
    t.match(body, { kind: 'note', status: 'received', to: [] })
  })

  t.test('files: in the message or uploaded before, fetched byte for byte', async t => {
    const { body: upload } = await call.agent('POST /uploads', nota)
    const { status, body } = await write({
      ...{ kind: 'note', text: 'Lihat lampiran', attachments: [upload.token, nota] }
    })

    t.equal(status, 201)
    t.equal(body.attachments.length, 2)
    t.match(body.attachments[0], { token: upload.token, filename: 'nota "Maret".txt', size: 11 })
    for (const { token } of body.attachments) {
      const file = await call.agent(`GET /attachments/${token}`)
      t.equal(file.status, 200)
      t.equal(file.body, '<b>halo</b>')
      t.equal(file.headers['content-type'], 'application/octet-stream')
      t.match(file.headers['content-disposition'], /^attachment; filename="nota _Maret_.txt"/)
      t.match(file.headers['content-security-policy'], 'sandbox')
      t.equal((await call.guest(`GET /attachments/${token}`)).status, 404)
    }
  })

  t.test('files of others are refused', async t => {
    const { body: upload } = await call.owner('POST /uploads', nota)

    const stolen = await write({ kind: 'note', text: 'a', attachments: [upload.token] })

    t.equal(stolen.status, 422)
    t.match(stolen.body.error.fields, { attachments: /\S/ })
    t.equal((await call.agent(`GET /attachments/${upload.token}`)).status, 404)
    t.equal((await call.owner(`GET /attachments/${upload.token}`)).status, 200)
  })

  t.test(
    'files that no message takes are forgotten after a week, but not those of drafts',
    async t => {
      const { body: left } = await call.agent('POST /uploads', nota)
      const { body: drafted } = await call.agent('POST /uploads', nota)
      const draft = {
        ...{ conversationId: conversation.id, agentId: ids.agent, mode: 'reply' as const },
        ...{ text: 'Nanti', particulars: { attachments: [drafted.token] } }
      }
      await saveDraft(db, draft, world.clock.now)
      const isThere = async (token: string) =>
        (await call.agent(`GET /attachments/${token}`)).status === 200

      await dropUploads(db, world.clock.now)
      t.ok(await isThere(left.token))
      await dropUploads(db, new Date(world.clock.now.getTime() + 8 * 86_400_000))

      t.notOk(await isThere(left.token))
      t.ok(await isThere(drafted.token))
    }
  )

  t.test('refuse what cannot be', async t => {
    const counted = await db.selectFrom('message').select('id').execute()
    const wrong: [object, string | null][] = [
      [{}, 'kind'],
      [{ kind: 'reply' }, 'text'],
      [{ kind: 'reply', text: ' ' }, 'text'],
      [{ kind: 'reply', text: null }, 'text'],
      [{ kind: 'inbound', text: 'a' }, 'kind'],
      [{ kind: 'reply', text: 'a', cc: 'a@b.example' }, 'cc'],
      [{ kind: 'reply', text: 'a', cc: ['bukan alamat'] }, 'cc'],
      [{ kind: 'reply', text: 'a', account_id: 0 }, 'account_id'],
      [{ kind: 'reply', text: 'x'.repeat(100_001) }, 'text'],
      [{ kind: 'note', text: 'a', cc: ['a@b.example'] }, 'cc'],
      [{ kind: 'note', text: 'a', attachments: [{ filename: 'a' }] }, 'attachments'],
      [
        { kind: 'note', text: 'a', attachments: [{ filename: 'a', content: '%%%' }] },
        'attachments'
      ],
      [{ kind: 'note', text: 'a', attachments: [{ ...nota, mime: 'a\nb' }] }, 'attachments']
    ]
    for (const [body, field] of wrong) {
      const answer = await write(body)
      t.equal(answer.status, 422, JSON.stringify(body).slice(0, 80))
      t.ok(answer.body.error.fields[field ?? ''], JSON.stringify(answer.body))
    }
    t.equal((await write({ kind: 'reply', text: 'a', account_id: 999_999 })).status, 404)
    t.same(await db.selectFrom('message').select('id').execute(), counted)
  })

  t.test('ignore what nobody may set', async t => {
    const { body } = await write({
      ...{ kind: 'note', text: 'Catatan', id: 1, status: 'sent', agent_id: ids.owner, at: 0 },
      ...{ conversation_id: 1, author: { id: ids.owner }, isAutomatic: true, html: '<script>' }
    })

    t.match(body, { kind: 'note', status: 'received', author: { id: ids.agent } })
    t.equal(body.conversation_id, conversation.id)
    t.equal(body.is_automatic, false)
  })

  t.test('are walked once each in both directions while new ones arrive', async t => {
    for (let n = 0; n < 9; n++) await make.message(db, { conversation_id: conversation.id })
    for (const order of ['asc', 'desc']) {
      const { body: all } = await call.agent(`GET ${path}?limit=100&order=${order}`)
      const expected = all.data.map((row: { id: number }) => row.id)
      const seen: number[] = []
      let cursor = ''
      do {
        const { body } = await call.agent(`GET ${path}?limit=4&order=${order}${cursor}`)
        seen.push(...body.data.map((row: { id: number }) => row.id))
        if (seen.length < 9) await make.message(db, { conversation_id: conversation.id })
        cursor = body.next === null ? '' : `&cursor=${body.next}`
      } while (cursor)
      t.same(seen.slice(0, expected.length), expected, order)
      t.equal(new Set(seen).size, seen.length)
    }
  })

  t.test('of a conversation that a guest may not see are not there', async t => {
    for (const body of [
      { kind: 'note', text: 'a' },
      { kind: 'reply', text: 'a' }
    ]) {
      t.equal((await call.guest(`POST ${path}`, body)).status, 404)
    }
    await call.agent(`PATCH /conversations/${conversation.id}`, { assignee_id: ids.guest })
    t.equal((await call.guest(`POST ${path}`, { kind: 'note', text: 'a' })).status, 201)
    t.equal((await call.guest(`GET ${path}`)).status, 200)
  })

  t.test('of 20 MB come through, larger ones do not', async t => {
    const limit = 20 * 1024 * 1024
    const photo = (size: number) => ({
      ...{ filename: 'foto.png', mime: 'image/png' },
      content: Buffer.alloc(size, 'n').toString('base64')
    })
    t.equal((await call.agent('POST /uploads', photo(limit))).status, 201)

    for (const extra of [8, 4 * 1024 * 1024]) {
      const answer = await call.agent('POST /uploads', photo(limit + extra))
      t.equal(answer.status, 413)
      t.equal(answer.body.error.code, 'too_large')
    }
    const many = await app.inject({
      ...{ method: 'PATCH', url: `/api/v1/conversations/${conversation.id}` },
      headers: { authorization: `Bearer ${(await world.tokenOf(ids.agent)).token}` },
      payload: { tags: ['x'.repeat(1_100_000)] }
    })
    t.equal(many.statusCode, 413)
  })
})
