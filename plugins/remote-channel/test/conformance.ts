import type {
  ChannelSpec,
  Failure,
  Inbound,
  KitFile,
  KitMessage,
  KitTools
} from 'sapa/plugin-api/test'
import { Program, type Mood, type ProgramState } from './conformance-program.ts'

const base = '/p/remote-channel/v1'

/** The provider is a program that calls Sapa: it takes steps, and acks them well or badly. */
export default {
  channel: 'remote',
  start(kit) {
    const programs = new Map<number, Program>()
    const state: ProgramState = { sent: [], calls: 0, mood: 'usual' }
    return Promise.resolve({
      form: account => ({
        ...{ channelName: `Aplikasi ${account}`, receipts: 'read', provesPhone: true }
      }),
      async stands(account, id) {
        if (programs.has(account)) return
        programs.set(account, new Program(kit, await makeToken(kit, id), state))
      },
      secrets: () => [...programs.values()].map(({ token }) => token),
      sent: () => state.sent,
      inbound,
      webhook: {
        path: `${base}/ingest`,
        most: 100,
        body: items => JSON.stringify({ items }),
        headers: (_body, account) => ({
          authorization: `Bearer ${programs.get(account)?.token ?? ''}`
        }),
        refused: answer =>
          (answer as { results: { status: string }[] }).results.filter(
            ({ status }) => status === 'rejected'
          ).length,
        signature: 'authorization',
        isToken: true
      },
      failures: failures(state),
      hang: () => void (state.mood = 'away'),
      down: () => void (state.mood = 'away'),
      garble: () => void (state.mood = 'garbled'),
      hold: () => void (state.mood = 'hold'),
      heal: () => void (state.mood = 'usual'),
      calls: () => state.calls,
      async stop() {
        for (const program of programs.values()) program.stop()
        await Promise.all([...programs.values()].map(({ ended }) => ended))
      }
    })
  }
} satisfies ChannelSpec

async function makeToken(kit: KitTools, account: number): Promise<string> {
  const { text, status } = await kit.request({
    ...{ method: 'POST', path: '/p/remote-channel/tokens', isOwner: true },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `account=${account}`
  })
  const token = /sapart_\d+_[\w-]{43}/.exec(text)?.[0]
  if (!token) throw new Error(`no token: ${status}`)
  return token
}

const inbound: Inbound = {
  message: message => ({
    ...{ type: 'message', ...placeOf(message), text: message.text },
    ...(message.answers !== undefined && { inReplyTo: message.answers }),
    ...(message.files.length > 0 && { attachments: message.files.map(fileOf) })
  }),
  receipt: ({ id, of, status, at, reason }) => ({
    ...{ type: 'receipt', id, remoteId: of, status, at },
    ...(reason !== undefined && { reason: { text: reason, isPermanent: true } })
  }),
  unsupported: message => ({ type: 'unsupported', ...placeOf(message), what: 'poll' }),
  identity: ({ id, of, also: { phone }, at }) => ({
    ...{ type: 'identity', id, at },
    from: { id: of.value, phone, phoneVerified: true }
  }),
  broken: id => ({ type: 'message', id, text: 'Tanpa pengirim' }),
  files: ['file', 'image', 'audio', 'video', 'voice', 'sticker'],
  hasAnswers: true
}

const placeOf = ({ id, from, at }: KitMessage) => ({
  ...{ id, at, thread: from.value },
  from: { id: from.value, name: from.name }
})

const fileOf = ({ kind, filename, mime, bytes }: KitFile) => ({
  ...{ kind, filename, mime },
  content: Buffer.from(bytes).toString('base64')
})

/** Every word that an ack has for it. */
function failures(state: ProgramState): Failure[] {
  const acks: Exclude<Mood, string>[] = [
    ...(['temporary', 'auth', 'permanent', 'window_closed', 'blocked'] as const).map(failure => ({
      failure
    })),
    { failure: 'rate_limited', retryAfterMs: 90_000 },
    { failure: 'unknown_outcome', isTaken: true }
  ]
  return acks.map(({ failure, ...more }) => ({
    ...{ name: `the program acks ${failure}`, kinds: [failure], ...more },
    begin: () => void (state.mood = { failure, ...more })
  }))
}
