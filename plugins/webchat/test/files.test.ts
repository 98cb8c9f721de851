import { randomUUID } from 'node:crypto'
import t from 'tap'
import { fileMs, patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { zipOf } from '../../../test/support/zip.ts'
import { chatWorld, type Guest } from './world.ts'

t.setTimeout(fileMs)

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

const put = (who: Guest, body: Uint8Array | string, name: string, id: string = randomUUID()) =>
  who.ask(`PUT files/${id}`, body, { 'x-filename': encodeURIComponent(name) })

t.test('a picture goes to the agents and stays with the visitor', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  const id = randomUUID()
  const kept = await put(ratna, png, 'struk belanja.png', id)
  t.match(kept, {
    status: 201,
    body: { id, name: 'struk belanja.png', mime: 'image/png', size: png.length, isImage: true }
  })
  t.same((await put(ratna, png, 'struk belanja.png', id)).body, kept.body, 'a repeat is the same')
  t.equal((await put(ratna, Buffer.concat([png, png]), 'lain.png', id)).status, 400)

  const { body } = await ratna.write('', { files: [id] })
  t.match(body.message.files, [{ id, isImage: true }])
  t.equal((await ratna.write('lagi', { files: [id] })).status, 404, 'a file is sent once')
  const ready = await until(() =>
    world.db.selectFrom('attachment').selectAll().where('state', '=', 'ready').executeTakeFirst()
  )
  t.match(ready, { filename: 'struk belanja.png', size: png.length })

  const seen = await ratna.ask(`GET files/${id}`)
  t.same(seen.body, png)
  t.match(seen.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''struk%20/)
  t.equal(seen.headers.get('x-content-type-options'), 'nosniff')
  t.match(seen.headers.get('content-security-policy'), /sandbox/)
  const budi = world.guest()
  await budi.write('Halo')
  t.equal((await budi.ask(`GET files/${id}`)).status, 404, 'nobody else has it')
  t.equal((await world.askWith(null)(`GET files/${id}`)).status, 404)
  t.match((await budi.write('ini', { files: [id] })).status, 404, 'nor can send it')
})

t.test('an agent sends a file', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  await ratna.write('Minta faktur')
  const conversation = await world.conversationOf('Minta faktur')
  const session = world.sapa.supervisor.session(world.account)
  const { visitor } = await ratna.history()
  const bytes = Buffer.from('Faktur 42')
  const step = {
    ...{ kind: 'message' as const, clientRef: 'c1.m1.aa', attempt: 1, cc: [], bcc: [] },
    to: { kind: 'external' as const, value: visitor ?? '' },
    ...{ text: 'Ini fakturnya', isAutomatic: false, createdAt: Date.now() },
    attachments: [
      {
        ...{ filename: 'faktur.html', mime: 'text/html', size: bytes.length },
        async *open() {
          yield bytes
        }
      }
    ],
    ...{ signal: AbortSignal.timeout(patienceMs), begin: async () => {} }
  }
  const [one, two] = [await session?.send(step), await session?.send({ ...step, attempt: 2 })]
  t.ok(conversation)
  t.same(two?.remoteId, one?.remoteId, 'once for each reference')
  const { messages } = await ratna.history()
  t.equal(messages.length, 2)
  const file = messages[1]?.files[0]
  t.match(file, { name: 'faktur.html', isImage: false })
  const fetched = await ratna.ask(`GET files/${file?.id}`)
  t.same(fetched.body, bytes)
  t.match(fetched.headers.get('content-disposition'), /^attachment/)
})

t.test('only what is harmless comes in, whatever it is called', async t => {
  const world = await chatWorld(t)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const html = '<!doctype html><script>alert(1)</script>'
  const cases: [string, Uint8Array, string, number, string?][] = [
    ['a page', Buffer.from(html), 'halo.html', 415],
    ['a page called a picture', Buffer.from(html), 'halo.png', 415],
    ['a drawing', Buffer.from(svg), 'logo.svg', 415],
    ['a drawing called a text', Buffer.from(`<?xml version="1.0"?>${svg}`), 'logo.txt', 415],
    ['a program', Buffer.from('4d5a900003000000', 'hex'), 'a.exe', 415],
    ['an archive', await zipOf({ 'a.txt': 'a' }), 'a.zip', 415],
    ['an archive called a document', await zipOf({ 'a.txt': 'a' }), 'a.docx', 415],
    ['bytes called a text', Buffer.from([1, 0, 2]), 'a.txt', 415],
    ['nothing', new Uint8Array(), 'a.txt', 400],
    ['a text', Buffer.from('Halo'), 'catatan.txt', 201, 'catatan.txt'],
    ['a page called a text', Buffer.from(html), 'a.txt', 201, 'a.txt'],
    ['a picture called a page', png, 'a.html', 201, 'a.html.png'],
    ['a path', png, '../../etc/passwd.png', 201, 'passwd.png'],
    ['a path of Windows', png, 'C:\\foto\\rumah.png', 201, 'rumah.png'],
    ['a turned name', png, 'a\u202egnp.exe', 201, 'agnp.exe.png'],
    ['markup', png, '<img src=x onerror=alert(1)>.png', 201, 'img src=x onerror=alert(1).png'],
    ['no name', png, '', 201, 'file.png']
  ]
  for (const [what, bytes, name, status, kept] of cases) {
    await t.test(what, async t => {
      const { body, ...answer } = await put(world.guest(), bytes, name)
      t.equal(answer.status, status)
      if (kept !== undefined) t.equal(body.name, kept)
      else t.match(body, { code: String, text: /\S/ })
    })
  }
  await world.configure({ fileMegabytes: 1 })
  const large = Buffer.concat([png, Buffer.alloc(1024 * 1024)])
  t.match(await put(world.guest(), large, 'a.png'), { status: 413, body: { code: 'too_large' } })
  const huge = Buffer.alloc(11 * 1024 * 1024)
  t.equal((await put(world.guest(), huge, 'a.png')).status, 413)
  await world.configure({ hasFiles: false })
  t.match(await put(world.guest(), png, 'a.png'), { status: 415, body: { code: 'no_files' } })
})

t.test('a visitor has only so much room', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  const large = Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024 - png.length)])
  const statuses = []
  for (let n = 0; n < 7; n++) statuses.push((await put(ratna, large, `${n}.png`)).status)
  t.same(statuses, [201, 201, 201, 201, 201, 201, 429])
})
