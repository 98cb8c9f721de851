import t from 'tap'
import { capabilitiesOf } from '../../server/channel/account/find.ts'
import { fileLink } from '../../server/conversation/step/file-link.ts'
import { setup } from '../support/app.ts'

async function withFile(t: Parameters<typeof setup>[0]) {
  const world = await setup(t)
  const { sapa, db, make, clock } = world
  const { hash, size } = await sapa.blobs.put(Buffer.from('isi video'))
  await db.insertInto('blob').values({ hash, size, created_at: 1 }).execute()
  const message = await make.message(db, { kind: 'outbound', status: 'sent' })
  const token = 'berkas-untuk-ratna'
  const file = { token, filename: '<b>video.mp4', mime: 'text/html', size, blob_hash: hash }
  await db
    .insertInto('attachment')
    .values({ ...file, message_id: message.id, created_at: 1 })
    .execute()
  const link = () => fileLink(sapa.secrets, '', token, clock.now)
  const get = (url: string) => world.app.inject({ method: 'GET', url })
  return { ...world, message, token, link, get }
}

t.test('a customer downloads the file by its signed link, as bytes and nothing else', async t => {
  const { link, get } = await withFile(t)

  const response = await get(link())

  t.equal(response.statusCode, 200)
  t.equal(response.body, 'isi video')
  t.equal(response.headers['content-type'], 'application/octet-stream')
  t.match(response.headers['content-disposition'], /^attachment; /)
  t.match(response.headers['content-security-policy'], /sandbox/)
})

t.test(
  'a link of somebody else, an old one and one of a message taken back lead nowhere',
  async t => {
    const { db, clock, token, link, get } = await withFile(t)
    const good = link()
    const wrong = [
      `/files/${token}`,
      good.replace(/proof=.{8}/, 'proof=AAAAAAAA'),
      good.replace(/until=\d/, 'until=9'),
      good.replace(token, 'berkas-lain-lagi')
    ]

    for (const url of wrong) t.ok([400, 404, 422].includes((await get(url)).statusCode), url)
    clock.forward(31 * 24 * 3_600_000)
    t.equal((await get(good)).statusCode, 404)
    const fresh = link()
    t.equal((await get(fresh)).statusCode, 200)
    await db.updateTable('message').set({ status: 'cancelled' }).execute()
    t.equal((await get(fresh)).statusCode, 404)
  }
)

t.test('a reply from the page links what its channel cannot carry', async t => {
  const { app, as, ids, db, make, sapa } = await setup(t)
  const customer = await make.customer(db, { name: 'Ratna' })
  const account = await make.account(db)
  const identity = await make.identity(db, { customer_id: customer.id })
  const conversation = await make.conversation(db, {
    customer_id: customer.id,
    account_id: account.id
  })
  await make.message(db, {
    conversation_id: conversation.id,
    account_id: account.id,
    identity_id: identity.id,
    kind: 'inbound'
  })
  const { hash, size } = await sapa.blobs.put(Buffer.from('isi video'))
  await db.insertInto('blob').values({ hash, size, created_at: 1 }).execute()
  const upload = { token: 'unggahan-video', filename: 'video.mp4', mime: 'video/mp4', size }
  await db
    .insertInto('attachment')
    .values({ ...upload, agent_id: ids.agent, blob_hash: hash, created_at: 1 })
    .execute()
  t.equal(capabilitiesOf(account).attachments.perStep, 0, 'the channel carries no files')

  const response = await app.inject(
    as.agent({
      method: 'POST',
      url: `/conversations/${conversation.id}/messages`,
      payload: {
        kind: 'reply',
        text: 'Ini videonya',
        idempotency_key: 'kunci-12345',
        seen: [999_999],
        attachment: [upload.token]
      }
    })
  )

  t.equal(response.statusCode, 303, response.body)
  const step = await db.selectFrom('outbox').select('payload').executeTakeFirstOrThrow()
  t.match(step.payload, /video\.mp4: https?:\/\/[^ ]+\/files\/unggahan-video\?until=\d+&proof=/)
})
