import type { ChannelFailure, OutboundAttachment, OutboundStep, SendResult } from 'sapa/plugin-api'
import type { Connected, WhatsAppWorld } from './world.ts'

let count = 0

/** One request as core hands it to the channel; its recipient is Budi by Meta's id. */
export function step(more: Partial<OutboundStep> = {}): OutboundStep {
  return {
    kind: 'message',
    clientRef: `c7.m${++count}.3f9a1b2c4d5e6f70`,
    attempt: 1,
    to: { kind: 'external', value: 'ID.71002233445566778899' },
    cc: [],
    bcc: [],
    text: 'Kami kirim ulang ya.',
    attachments: [],
    isAutomatic: false,
    createdAt: Date.now(),
    signal: new AbortController().signal,
    begin: () => Promise.resolve(),
    ...more
  }
}

export function fileOf(
  filename: string,
  mime: string,
  size: number,
  more: Partial<OutboundAttachment> = {}
): OutboundAttachment {
  const bytes = Buffer.alloc(size, `${filename} `)
  return {
    ...{ filename, mime, size, ...more },
    async *open() {
      for (let at = 0; at < size; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
    }
  }
}

export function sendVia(
  { sapa }: WhatsAppWorld,
  { id }: Connected,
  more: Partial<OutboundStep>
): Promise<SendResult> {
  const session = sapa.supervisor.session(id)
  if (!session) throw new Error('the account is not open')
  return session.send(step(more))
}

/** The failure of a request that must fail. */
export async function refusalOf(work: Promise<unknown>): Promise<ChannelFailure> {
  const error = await work.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason
  )
  return error as ChannelFailure
}
