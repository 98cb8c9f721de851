import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InboundEvent, InboundMessage } from 'sapa/plugin-api'
import t, { type Test } from 'tap'
import { parse } from '../parse/index.ts'

interface Case {
  event: 'message' | 'callback' | 'reaction' | 'unblocked'
  file: string
  update_id: number
  text?: string
  start_payload?: string
  reply_to?: number
  media?: string[]
  group?: string
  location?: [number, number]
  verified_phone?: string
  payload?: string
  target?: number
  reaction?: string
  forwarded?: boolean
  business_connection?: string
}

const folder = join(process.cwd(), 'plugins/telegram/test/fixtures')
const load = (file: string) => readFileSync(join(folder, file))
const { cases } = JSON.parse(load('index.json').toString()) as { cases: Case[] }

const budi = { kind: 'external', namespace: 'telegram', value: '771001', name: 'Budi Santoso' }
const tooLarge = (size: number) => `${Math.ceil(size / 1024 / 1024)} MB: minta yang lebih kecil`

/** What the parser makes of an update. */
function read(update: object, groups = 'off'): InboundEvent[] {
  const { update_id } = { update_id: 1, ...update }
  const body = Buffer.from(JSON.stringify({ update_id, ...update }))
  const account = { id: 1, type: 'telegram', address: '@tokosapa_bot', ownAddresses: [] }
  return parse({ key: `u${update_id}`, body }, { ...account, settings: { groups } }, tooLarge)
}

for (const wanted of cases) {
  t.test(wanted.file, async t => {
    const events = read(JSON.parse(load(wanted.file).toString()) as object)
    const event = events.at(-1)!
    t.equal(event.key, `u${wanted.update_id}`)
    t.equal(event.type, typeOf(wanted))
    if (event.type === 'message') checkMessage(t, event, wanted)
    if (event.type === 'reaction') {
      t.match(event, { remoteId: `771001:${wanted.target}`, emojis: [wanted.reaction] })
    }
    if (event.type === 'reachability') t.match(event, { from: budi, isReachable: true })
    const phone = events.flatMap(one => (one.type === 'identity' ? one.identities : []))
    t.same(
      phone.map(({ value, verified }) => ({ value, verified })),
      wanted.verified_phone ? [{ value: wanted.verified_phone, verified: true }] : []
    )
  })
}

function typeOf({ event }: Case): InboundEvent['type'] {
  const types = { callback: 'message', unblocked: 'reachability' } as const
  return event === 'callback' || event === 'unblocked' ? types[event] : event
}

function checkMessage(t: Test, event: InboundMessage, wanted: Case): void {
  t.match(event.from[0], { ...budi, verified: true })
  if (wanted.text !== undefined) t.equal(event.text, wanted.text)
  if (wanted.reply_to) t.equal(event.quote?.remoteId, `771001:${wanted.reply_to}`)
  t.equal(event.hints?.inviteCode, wanted.start_payload)
  t.equal(event.albumKey, wanted.group)
  t.equal(event.choice?.id, wanted.payload)
  t.equal(event.context?.['forwarded'] !== undefined, wanted.forwarded ?? false)
  if (wanted.media)
    t.same(
      event.attachments?.flatMap(({ ref }) => ref ?? []),
      wanted.media
    )
  if (wanted.location) {
    const [latitude, longitude] = wanted.location
    t.match(event.cards, [{ kind: 'place', latitude, longitude }])
  }
  const business = wanted.business_connection
  t.equal(event.threadKey, business ? `771001@${business}` : '771001')
}
