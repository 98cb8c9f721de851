import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { until } from '../../../test/support/until.ts'
import { whatsappChannel } from '../channel.ts'
import { taken, takenAs } from '../send/kind.ts'
import { mediaType } from '../send/media.ts'
import type { WhatsAppTools } from '../tools.ts'
import { refusalOf } from './step.ts'
import { budi, whatsappWorld, type WhatsAppWorld } from './world.ts'
import type { KeptFile } from '../provider/world.ts'
import { patienceMs } from '../../../test/support/patience.ts'

/** A file that a customer has given to Meta. */
function given({ graph }: WhatsAppWorld, text: string, more: Partial<KeptFile> = {}): KeptFile {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('base64')
  const id = `9001002${++graph.count}`
  const file = { id, mime: 'image/jpeg', filename: '', size: bytes.length, sha256, bytes, ...more }
  graph.files.set(id, file)
  return file
}

const imageOf = ({ id, mime, sha256 }: KeptFile) => ({
  type: 'image',
  image: { id, mime_type: mime, sha256, caption: 'Barang rusak' }
})

const attachmentOf = ({ db }: WhatsAppWorld, message: number) =>
  db
    .selectFrom('attachment')
    .selectAll()
    .where('message_id', '=', message)
    .executeTakeFirstOrThrow()

t.test('the manual lists what Meta takes, and how large', async t => {
  const manual = readFileSync('plugins/whatsapp/README.md', 'utf8')
  const [, table = ''] = manual.split('| goes as | kinds | up to |')
  const rows = [...table.matchAll(/^\| (\w+) \| (.+) \| (\d+) (KB|MB) \|$/gm)]
  t.equal(rows.length, 5)
  const listed = rows.flatMap(([, type = '', kinds = '', amount, unit]) => {
    const most = Number(amount) * (unit === 'KB' ? 1024 : 1024 * 1024)
    return [...kinds.matchAll(/`([^`]+)`/g)].map(([, mime = '']) => ({ type, mime, most }))
  })
  t.same(new Set(listed.map(({ mime }) => mime)), taken)
  const { attachments } = whatsappChannel({} as WhatsAppTools).capabilities({})
  for (const { type, mime, most } of listed) {
    const kind = type === 'sticker' ? 'sticker' : 'file'
    const as = (size: number) => mediaType({ mime, size, kind }, false)
    t.same([takenAs(mime), as(most), as(most + 1)], [mime, type, 'document'], mime)
    if (type === 'document') t.equal(most, attachments?.maxBytes)
  }
  for (const other of ['image/gif', 'image/heic', 'video/quicktime', 'application/zip']) {
    t.equal(takenAs(other), null, other)
  }
  t.equal(takenAs('text/csv'), 'text/plain')
})

t.test('files come in two steps, with the token and whole', async t => {
  const world = await whatsappWorld(t)
  const { graph, sapa } = world
  const account = await world.connect()
  const { message } = await world.write(account, imageOf(given(world, 'foto kardus')), budi)

  const row = await until(async () => {
    const found = await attachmentOf(world, message)
    return found.state === 'ready' && found
  })
  t.match(row, { mime: 'image/jpeg', filename: 'image.jpg', size: 11 })
  const isFile = ({ path, query }: (typeof graph.asked)[number]) =>
    path.startsWith('/download/') || query['phone_number_id'] !== undefined
  const asked = graph.asked.filter(isFile)
  t.match(asked, [{ query: { phone_number_id: account.phone.id } }, { path: /^\/download\// }])
  for (const { headers } of asked) {
    t.match(headers, { authorization: `Bearer ${account.phone.token}`, 'user-agent': 'Sapa' })
  }
  const session = sapa.supervisor.session(account.id)!
  const bring = async (file: KeptFile, sha256 = file.sha256) => {
    const media = await session.media!(`${file.id}/${sha256}`, AbortSignal.timeout(patienceMs))
    const parts: Uint8Array[] = []
    for await (const part of media.stream) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  t.equal(await bring(given(world, 'suara')), 'suara')
  t.equal((await refusalOf(bring(given(world, 'rusak'), 'AAAA'))).failure, 'temporary', 'damaged')
  graph.linkMs = -1
  t.equal(
    (await refusalOf(bring(given(world, 'lambat')))).failure,
    'temporary',
    'its address has ended'
  )
  graph.linkMs = 60_000
  const before = graph.asked.length
  graph.origin = 'https://pencuri.example'
  t.equal(
    (await refusalOf(bring(given(world, 'dicuri')))).failure,
    'permanent',
    'a foreign address'
  )
  t.equal(graph.asked.length, before + 1)
})

t.test(
  'a file that Meta has dropped after seven days says so, and is not asked for again',
  async t => {
    const world = await whatsappWorld(t)
    const { graph, as, app } = world
    const account = await world.connect()
    const file = given(world, 'bukti transfer')
    graph.files.delete(file.id)
    const { message, conversation } = await world.write(account, imageOf(file))

    await until(async () => (await attachmentOf(world, message)).state === 'gone')
    const asked = graph.asked.filter(({ path }) => path.endsWith(`/${file.id}`)).length
    t.equal(asked, 1)
    const page = await app.inject(
      as.agent({ method: 'GET', url: `/conversations/${conversation}` })
    )
    t.match(page.payload, /sudah tidak disimpan penyedianya|no longer kept by its provider/)
  }
)
