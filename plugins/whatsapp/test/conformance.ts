import { createHash } from 'node:crypto'
import type {
  ChannelSpec,
  Failure,
  Inbound,
  KitAct,
  KitChange,
  KitFile,
  KitMessage,
  Sent
} from 'sapa/plugin-api/test'
import { textOf } from '../parse/loose.ts'
import { answer } from '../provider/answer.ts'
import { signature, written } from '../provider/call.ts'
import { change, envelope, message, messages, status, statuses } from '../provider/payload.ts'
import type { Template } from '../provider/template.ts'
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
    world.templates.set('220011223344556', [shipped])
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
      sent: () => world.taken.filter(isMessage).map(taken => sentOf(world, taken)),
      acted: () => world.taken.filter(taken => !isMessage(taken)).map(actOf),
      failures: [...server.failures, ...refusals(world)],
      heal() {
        world.refusals.length = 0
        return server.heal()
      },
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
const writerOf = ({ from }: Pick<KitMessage, 'from'>) => ({
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
  edit: ({ text, ...edit }) =>
    about(edit, 'edit', { original_message_id: edit.of, message: textPart(text) }),
  deletion: revoke => about(revoke, 'revoke', { original_message_id: revoke.of }),
  reaction: ({ emoji, ...said }) =>
    about(said, 'reaction', { message_id: said.of, ...(emoji !== null && { emoji }) }),
  press:
    ({ title, ...press }) =>
    (world: World, phone: Phone) => {
      const taken = world.taken.find(({ id }) => id === press.of)
      const interactive = taken?.body['interactive'] as
        | { action: { buttons: Button[] } }
        | undefined
      const reply = interactive?.action.buttons.find(button => button.reply.title === title)?.reply
      const part = { type: 'button_reply', button_reply: reply }
      const context = { from: phone.number, id: press.of }
      return about(press, 'interactive', part, { context })(world, phone)
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

interface Button {
  reply: { id: string; title: string }
}

const textPart = (body: string) => ({ type: 'text', text: { body } })

/** Something about a message that is there. */
function about(
  { id, from, at }: Pick<KitChange, 'id' | 'from' | 'at'>,
  type: string,
  part: Part,
  more: Part = {}
): Item {
  const writer = writerOf({ from })
  return (world, phone) =>
    messages(phone, writer, [message(world, writer, { id, at, type, [type]: part, ...more })])
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

/** One with everything that is filled in. */
const shipped: Template = {
  ...{ id: '1', name: 'pesanan_dikirim', language: 'id', status: 'APPROVED', category: 'UTILITY' },
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Halo {{1}}, pesanan {{2}} sudah kami kirim.' },
    {
      type: 'BUTTONS',
      buttons: [{ type: 'URL', text: 'Lacak', url: 'https://toko.example/{{1}}' }]
    }
  ]
}

/** Besides what any server may answer, what only Meta says. */
const refusals = (world: World): Failure[] =>
  (
    [
      [131047, 'window_closed'],
      [131026, 'blocked'],
      [131056, 'rate_limited'],
      [190, 'auth']
    ] as const
  ).map(([code, kind]) => ({
    name: `Meta's ${code}`,
    kinds: [kind],
    begin: () => void world.refusals.push({ code })
  }))

const isMessage = ({ body }: Taken) => body['type'] !== 'reaction'

function actOf({ body }: Taken): KitAct {
  const { message_id: remoteId, emoji } = body['reaction'] as { message_id: string; emoji: string }
  return { what: 'react', remoteId, ...(emoji && { text: emoji }) }
}

/** What a template says, filled in. */
function filledIn({ body }: Taken): string {
  const { components = [] } = body['template'] as { components?: Part[] }
  const given = components.find(({ type }) => type === 'body')?.['parameters'] as { text: string }[]
  const text = textOf(shipped.components[1]?.['text'])
  return text.replaceAll(/\{\{(\d)\}\}/g, (_, n: string) => given[Number(n) - 1]?.text ?? '')
}

function sentOf(world: World, taken: Taken): Sent {
  const { id, to, body } = taken
  const part = body[textOf(body['type'])] as Part
  const file = world.files.get(textOf(part['id']))
  const answers = (body['context'] as { message_id?: string } | undefined)?.message_id
  const isTemplate = body['type'] === 'template'
  return {
    ...{
      remoteId: id,
      to: `+${to.replace(/^ID\./, '')}`,
      clientRef: textOf(body['biz_opaque_callback_data'])
    },
    text: isTemplate ? filledIn(taken) : textOf(part['body']) || textOf(part['caption']),
    ...(isTemplate && { template: textOf(part['name']) }),
    ...(answers !== undefined && { answers }),
    files: file ? [{ filename: textOf(part['filename']) || file.filename, size: file.size }] : []
  }
}
