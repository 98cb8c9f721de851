import { Readable } from 'node:stream'
import type { Attachment } from '../../conversation/table.ts'
import { keepUpload } from '../../inbox/composer/upload.ts'
import type { OutboundAttachment } from '../../plugin-api/outbound.ts'
import { endOf, expect, expectSame, Failed, notApplicable, type Skip } from '../check.ts'
import { bring, soon } from '../deliver.ts'
import { heapInUse } from '../heap.ts'
import { answer, conversationOf } from '../send.ts'
import type { FileKind, KitFile } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const mediaCases: Case[] = [
  { number: 22, name: 'Files of every kind come in and go out whole', check: carriesFiles },
  { number: 23, name: 'Large files are streamed', check: streams }
]

async function carriesFiles(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { files: kinds } = world.provider.inbound
  const { perStep } = world.capabilities.attachments
  await world.open()
  const media = world.session().media?.bind(world.session())
  if (perStep === 0 && !kinds && !media) return notApplicable('the channel carries no files')
  if (media) {
    expect(kinds, 'the session has media, but the spec brings no files')
    const ended = await endOf(media('berkas-yang-hilang', AbortSignal.timeout(5_000)), 10_000)
    expect(ended && 'error' in ended, 'a file that is gone comes as a file')
  }
  for (const kind of kinds ?? []) await comesIn(world, kind)
  if (perStep > 0) await goesOut(world)
}

async function comesIn(world: World, kind: FileKind): Promise<void> {
  const file = sample(kind)
  const [message] = await bring(world, [world.message(`Ini ${kind}`, { files: [file] })])
  const row = await soon(world, `the ${kind} is fetched`, async () =>
    (await filesOf(world, message?.id ?? 0)).find(one => one.state === 'ready')
  )
  expectSame(row.size, file.bytes.byteLength, `the size of the ${kind}`)
  const filename = world.provider.inbound.filename?.(file) ?? file.filename
  expectSame(row.filename, filename, `the name of the ${kind}`)
  expectSame(row.mime, file.mime, `the type of the ${kind}`)
}

function filesOf({ sapa: { db } }: World, messageId: number): Promise<Attachment[]> {
  return db.selectFrom('attachment').selectAll().where('message_id', '=', messageId).execute()
}

async function goesOut(world: World): Promise<void> {
  const conversation = await conversationOf(world, world.person(8))
  const samples = [sample('image'), sample('file')]
  const tokens: string[] = []
  for (const file of samples) tokens.push(await upload(world, file))
  const { sent } = await answer(world, conversation, 'Terlampir fakturnya.', tokens)
  const arrived = sent.flatMap(({ files = [] }) => files)
  const sizes = arrived.map(({ size }) => size).toSorted((a, b) => a - b)
  const wanted = samples.map(({ bytes }) => bytes.byteLength).toSorted((a, b) => a - b)
  expectSame(sizes, wanted, 'the sizes of the files that arrived')
  const names = new Set(arrived.map(({ filename }) => filename))
  for (const { filename } of samples) expect(names.has(filename), `${filename} lost its name`)
}

async function upload(world: World, { filename, mime, bytes }: KitFile): Promise<string> {
  const file = { filename, mimetype: mime, file: Readable.from([bytes]) }
  const { token } = await keepUpload(world.sapa, await world.agent(), file, world.timing.now())
  return token
}

const samples: Record<FileKind, [string, string]> = {
  file: ['Faktur Oktober.pdf', 'application/pdf'],
  image: ['struk.png', 'image/png'],
  video: ['paket.mp4', 'video/mp4'],
  audio: ['lagu.mp3', 'audio/mpeg'],
  voice: ['suara.ogg', 'audio/ogg'],
  sticker: ['stiker.webp', 'image/webp']
}

const beginnings: Record<string, string> = {
  'application/pdf': '255044462d312e370a',
  'image/png': '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049444154',
  'video/mp4': '0000001866747970697369366d00000069736f366d703431',
  'audio/mpeg': 'fffb9064',
  'image/webp': '524946463c9c000057454250565038200000'
}

function sample(kind: FileKind): KitFile {
  const [filename, mime] = samples[kind]
  const bytes = Buffer.alloc(40_000 + filename.length, `${kind} `)
  // Channels look at what files begin with.
  bytes.write(beginnings[mime] ?? '', 'hex')
  return { kind, filename, mime, bytes }
}

const megabyte = 1024 * 1024

async function streams(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { perStep, maxBytes } = world.capabilities.attachments
  if (perStep === 0) return notApplicable('capabilities.attachments.perStep is 0')
  if (maxBytes < 64 * megabyte) {
    return notApplicable(`its largest file has ${Math.round(maxBytes / megabyte)} MB`)
  }
  await world.open()
  const { id } = await world.reply(await conversationOf(world), 'Video', [], 3600)
  const meter = await heapInUse()
  const file = endless(Math.min(maxBytes, 1024 * megabyte), meter.sample)
  const step = await world.request(id, new AbortController().signal)
  const ended = await endOf(world.session().send({ ...step, attachments: [file] }), 100_000)
  expect(ended, 'the file did not go out in time')
  if ('error' in ended) throw new Failed(`the file did not go out: ${String(ended.error)}`)
  const grown = Math.round(meter.growth() / megabyte)
  expect(grown < 32, `memory grew by ${grown} MB while ${file.size / megabyte} MB were sent`)
}

function endless(size: number, sampled: () => Promise<void>): OutboundAttachment {
  const chunk = Buffer.alloc(64 * 1024, 'video ')
  return {
    filename: 'paket.mp4',
    mime: 'video/mp4',
    size,
    async *open() {
      for (let sent = 0; sent < size; sent += chunk.length) {
        if (sent % (16 * megabyte) === 0) await sampled()
        // A copy, as a file's reader makes one.
        yield Buffer.from(chunk.subarray(0, Math.min(chunk.length, size - sent)))
      }
      await sampled()
    }
  }
}
