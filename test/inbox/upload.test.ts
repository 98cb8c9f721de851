import t from 'tap'
import { recordBlob } from '../../server/blob/record.ts'
import { recordUpload } from '../../server/inbox/composer/upload.ts'
import { apiWorld } from '../support/program.ts'

const megabyte = 1024 * 1024

t.test('uploads that wait for a message', async t => {
  const world = await apiWorld(t)
  const { app, as, db, sapa, ids, clock, make } = world
  const { id } = await make.conversation(db)

  async function keep(agentId: number, filename: string, size = 100) {
    const blob = await sapa.blobs.put(Buffer.from(filename))
    await recordBlob(db, blob, clock.now)
    return recordUpload(
      db,
      agentId,
      { blob: { ...blob, size }, filename, mime: 'text/plain' },
      clock.now
    )
  }

  function pick(content: Buffer | string) {
    const head =
      '--batas\r\nContent-Disposition: form-data; name="file"; filename="nota.txt"\r\n\r\n'
    const payload = Buffer.concat([Buffer.from(head), Buffer.from(content), end])
    const headers = { 'content-type': 'multipart/form-data; boundary=batas' }
    const url = `/conversations/${id}/uploads`
    return app.inject(as.agent({ method: 'POST', url, headers, payload }))
  }
  const end = Buffer.from('\r\n--batas--\r\n')
  const waiting = async () =>
    (await db.selectFrom('attachment').select('filename').execute()).length

  t.test('one that is too large leaves no row', async t => {
    t.equal((await pick(Buffer.alloc(31 * megabyte))).statusCode, 413)
    t.equal(await waiting(), 0)
    t.equal((await pick('kecil')).statusCode, 200)
    t.equal(await waiting(), 1)
  })

  t.test('nobody fills the disk with them', async t => {
    await keep(ids.agent, 'besar.zip', 500 * megabyte)
    const refused = await pick('satu lagi')
    t.equal(refused.statusCode, 413)
    t.match(refused.body, 'Too many files are waiting')
    const file = { filename: 'nota.txt', content: 'bm90YQ==' }
    t.equal((await world.call.agent('POST /uploads', file)).status, 413, 'by the API neither')
    t.equal((await world.call.admin('POST /uploads', file)).status, 201, 'others are not concerned')
  })
})
