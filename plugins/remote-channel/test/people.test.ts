import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { customerWrote, question, remoteWorld, type RemoteWorld } from './world.ts'

t.setTimeout(fileMs)

const customerOf = async ({ db }: RemoteWorld, account: number) => {
  const row = await db
    .selectFrom('identity')
    .select('customer_id as id')
    .where('namespace', '=', `remote:${account}`)
    .executeTakeFirstOrThrow()
  return row.id
}

const kept = async ({ db }: RemoteWorld, table: string) =>
  (
    await db
      .selectFrom(`remote_channel_${table}` as 'plugin_value')
      .selectAll()
      .execute()
  ).length

t.test('a customer is told of steps and uploads, and they are erased, nobody else’s', async t => {
  const world = await remoteWorld(t)
  const [mine, other] = [await world.connect('Satu'), await world.connect('Dua')]
  for (const account of [mine, other]) {
    const conversation = await customerWrote(world, account)
    await account.ask('PUT uploads/surat', Buffer.from(`surat ${account.id}`))
    const from = { id: 'pelanggan-obrolan-7', name: 'Budi Santoso' }
    const attachments = [{ filename: 'surat.txt', upload: 'surat' }]
    await account.ask('POST ingest', question('berkas', { from, attachments }))
    await world.reply(conversation, 'Sudah kami kirim')
    const { body } = await account.ask('GET outbox?wait=10')
    const [{ clientRef, lease }] = body.steps
    const ack = { clientRef, lease, status: 'sent', remoteId: 'b-1' }
    t.equal((await account.ask('POST ack', ack)).status, 200)
  }
  const path = `customers/${await customerOf(world, mine.id)}/plugin-records`

  const told = JSON.stringify((await world.call.owner(`GET /${path}`)).body)
  t.match(told, /"id":"surat"/)
  t.match(told, /b-1/)
  t.notMatch(told, new RegExp(`"account_id":${other.id}\\b`), 'the same id elsewhere is another')
  t.equal((await world.call.owner(`DELETE /${path}`)).status, 202)

  await until(async () => (await kept(world, 'upload')) === 1, { what: 'the erasure' })
  await until(async () => (await kept(world, 'person')) === 2, { what: 'the erasure' })
  t.equal(await kept(world, 'step'), 1, 'the step of the other account is there')
})
