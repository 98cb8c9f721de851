import { createHash } from 'node:crypto'
import type { ChannelSpec, Inbound, KitFile, KitMessage, Sent } from 'sapa/plugin-api/test'
import { answer } from '../provider/answer.ts'
import { signature, written } from '../provider/call.ts'
import { change, envelope, message, messages, status, statuses } from '../provider/payload.ts'
import { emptyWorld, type Phone, type Taken, type World } from '../provider/world.ts'

type Part = Record<string, unknown>
/** Something of the number that it is for. */
type Item = (world: World, phone: Phone) => Part

/** The Graph API by its real name, and a business with two numbers of one app. */
export default {
  channel: 'whatsapp',
  async start(kit) {
    const origin = 'https://graph.facebook.com'
    const world = emptyWorld({ origin })
    const [first] = world.phones as [Phone]
    const second = {
      ...first,
      id: '109900112233446',
      number: '6281190003344',
      name: 'Toko Sinar 2'
    }
    world.phones.push(second)
    const phoneOf = (account: number) => (account === 2 ? second : first)
    const server = await kit.http(asked => answer(world, asked), {
      as: origin,
      isSend: ({ method, path, json }) =>
        method === 'POST' && path.endsWith('/messages') && json?.['status'] === undefined
    })
    return {
      ...server,
      form: account => ({
        ...{ phoneNumberId: phoneOf(account).id, wabaId: first.waba, accessToken: first.token },
        ...{ appSecret: world.appSecret, verifyToken: 'verifikasi-rahasia-12' }
      }),
      people: 'phone',
      sent: () => world.taken.map(taken => sentOf(world, taken)),
      inbound,
      webhook: {
        body: (items, account) =>
          written(
            envelope(
              world,
              (items as Item[]).map(item => item(world, phoneOf(account)))
            )
          ),
        headers: body => ({ 'x-hub-signature-256': signature(body, world.appSecret) }),
        signature: 'x-hub-signature-256'
      }
    }
  }
} satisfies ChannelSpec

const digits = (value: string) => value.replace(/^\+/, '')
const idOf = (value: string) => `ID.${digits(value)}`
const writerOf = ({ from }: KitMessage) => ({
  ...{ name: from.name, phone: digits(from.value), userId: idOf(from.value) }
})

const inbound: Inbound = {
  message: given => one(given, world => contentOf(world, given)),
  unsupported: given => {
    const errors = [{ code: 131051, title: 'Message type unknown' }]
    return one(given, () => ({
      type: 'unsupported',
      unsupported: { type: 'poll_creation' },
      errors
    }))
  },
  broken: id => (_: World, phone: Phone) => change(phone, { messages: [{ id }] }),
  receipt: ({ of, to, status: word, at, reason }) => {
    const taken = { id: of, to: digits(to), body: {} }
    const more = { at, ...(reason !== undefined && { code: 131026, details: reason }) }
    return (world: World, phone: Phone) => statuses(phone, [status(world, taken, word, more)])
  },
  echo:
    ({ id, to, text, at }) =>
    (_: World, phone: Phone) => {
      const echo = { from: phone.number, to: digits(to.value), id, timestamp: secondsOf(at) }
      const message_echoes = [{ ...echo, type: 'text', text: { body: text } }]
      return change(phone, { message_echoes }, 'smb_message_echoes')
    },
  identity: ({ id, of, also, at }) => {
    const system = {
      type: 'user_changed_number',
      wa_id: digits(also.phone),
      user_id: idOf(of.value)
    }
    const from = { from: digits(of.value), from_user_id: idOf(of.value) }
    const changed = { ...from, id, timestamp: secondsOf(at), type: 'system', system }
    return (_: World, phone: Phone) => change(phone, { messages: [changed] })
  },
  files: ['file', 'image', 'audio', 'video', 'voice', 'sticker'],
  filename: ({ kind, filename }) =>
    kind === 'file' ? filename : `${kind}.${filename.split('.').at(-1)}`,
  hasAnswers: true,
  threadKey: ({ from }) => idOf(from.value)
}

const secondsOf = (at: number) => String(Math.floor(at / 1000))

const one =
  (given: KitMessage, content: (world: World) => Part & { type: string }): Item =>
  (world, phone) => {
    const { id, at, answers } = given
    const context = answers === undefined ? {} : { context: { from: phone.number, id: answers } }
    const whole = message(world, writerOf(given), { id, at, ...context, ...content(world) })
    return messages(phone, writerOf(given), [whole])
  }

function contentOf(world: World, { text, files: [file] }: KitMessage): Part & { type: string } {
  if (!file) return { type: 'text', text: { body: text } }
  const { kind, filename } = file
  const type = kind === 'voice' ? 'audio' : kind === 'file' ? 'document' : kind
  const named = type === 'document' ? { filename } : kind === 'voice' ? { voice: true } : {}
  const caption = ['audio', 'sticker'].includes(type) ? {} : { caption: text }
  return { type, [type]: { ...keep(world, file), ...named, ...caption } }
}

/** The same item may be brought several times: its file is one. */
function keep({ files }: World, { bytes, mime, filename }: KitFile): Part {
  const sha256 = createHash('sha256').update(bytes).digest('base64')
  const id = `7${createHash('sha256').update(bytes).digest().readUInt32BE(0)}`
  files.set(id, { id, mime, filename, size: bytes.length, sha256, bytes: Buffer.from(bytes) })
  return { id, mime_type: mime === 'audio/ogg' ? 'audio/ogg; codecs=opus' : mime, sha256 }
}

function sentOf(world: World, { id, to, body }: Taken): Sent {
  const part = body[String(body['type'])] as {
    id?: string
    body?: string
    caption?: string
    filename?: string
  }
  const file = world.files.get(part.id ?? '')
  const answers = (body['context'] as { message_id?: string } | undefined)?.message_id
  return {
    ...{ remoteId: id, to: `+${to.replace(/^ID\./, '')}`, text: part.body ?? part.caption ?? '' },
    clientRef: String(body['biz_opaque_callback_data']),
    ...(answers !== undefined && { answers }),
    files: file ? [{ filename: part.filename ?? file.filename, size: file.size }] : []
  }
}
