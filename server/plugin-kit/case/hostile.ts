import {
  aWhile,
  bring,
  deliver,
  inbound,
  journal,
  post,
  quiet,
  received,
  sign,
  signed
} from '../deliver.ts'
import { expect, expectSame, notApplicable, type Skip } from '../check.ts'
import type { MessageHeaders } from '../../conversation/table.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const hostileCases: Case[] = [
  { number: 13, name: 'A request that is not proven is refused and not kept', check: checksProof },
  { number: 14, name: 'Nonsense from the provider harms nothing', check: bearsNonsense },
  { number: 15, name: 'One bad item spoils no other and is kept', check: sparesOthers },
  { number: 21, name: 'What cannot be shown leaves a mark', check: marksUnsupported }
]

async function checksProof(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { webhook, inbound: words } = world.provider
  if (!webhook) return notApplicable('the channel is not called')
  await world.open()
  const request = signed(webhook, [words.message(world.message())])
  const { signature } = webhook
  if (signature === null) {
    const [account] = world.accounts
    if (account) account.webhook_secret = 'salah'
    expectSame(await post(world, request), 404, 'the answer to a wrong address')
  } else {
    const right = request.headers[signature] ?? ''
    expect(right.length > 8, `the spec signs no ${signature}`)
    const wrong = {
      missing: undefined,
      wrong: flipped(right),
      truncated: right.slice(0, -8),
      empty: ''
    }
    for (const [what, value] of Object.entries(wrong)) {
      const { [signature]: _, ...others } = request.headers
      const headers = { ...others, ...(value !== undefined && { [signature]: value }) }
      const status = await post(world, { ...request, headers })
      expect([401, 403].includes(status), `a ${what} signature is answered with ${status}`)
    }
    const other = signed(webhook, [words.message(world.message('Lain'))])
    if (!webhook.isToken) {
      const status = await post(world, { ...other, headers: request.headers })
      expect([401, 403].includes(status), `a signature of another body is answered with ${status}`)
    }
  }
  expectSame((await journal(world)).length, 0, 'the number of items kept')
  if (signature === null) return
  expectSame(await post(world, request), 200, 'the answer to a right signature')
  const before = (await journal(world)).length
  expect(before > 0, 'a proven request was not kept')
  await post(world, request)
  expectSame((await journal(world)).length, before, 'the number of items after a replay')
}

/** Another last character. */
const flipped = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')

const nonsense = [
  '',
  '{',
  '[]',
  'null',
  '"halo"',
  '0',
  '{"event":"kit.unknown","data":{}}',
  '\u0000\ufffd'
]

async function bearsNonsense(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { webhook } = world.provider
  if (webhook) {
    for (const body of nonsense) {
      const status = await post(world, sign(webhook, body))
      expect(status < 500, `the body ${JSON.stringify(body)} is answered with ${status}`)
    }
  } else {
    await world.provider.garble()
    for (let turn = 0; turn < 3; turn++) await aWhile(world)
    await world.provider.heal()
    await recovered(world)
  }
  await quiet(world)
  await bring(world, [world.message('Masih di sana?')])
}

/** The line comes back by itself, though it waits a little. */
async function recovered(world: World): Promise<void> {
  for (let turn = 0; turn < 8; turn++) world.timing.forward(30_000)
  await world.connected()
}

async function sparesOthers(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { inbound: words } = world.provider
  const [first, last] = [world.message('Pertama'), world.message('Terakhir')]
  const items = [words.message(first), words.broken('rusak-1'), words.message(last)]
  const refused = await deliver(world, items)
  await received(world, first)
  await received(world, last)
  await quiet(world)
  const dead = (await journal(world)).filter(item => item.state === 'failed')
  const marked = (await inbound(world)).length - 2
  const traces = dead.length + marked + refused
  expect(traces === 1, `of the bad item ${traces} traces are left, not one`)
}

async function marksUnsupported(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const message = world.message('')
  await deliver(world, [world.provider.inbound.unsupported(message)])
  const row = await received(world, message)
  const { unsupported, context } = JSON.parse(row.headers) as MessageHeaders
  const files = await world.sapa.db
    .selectFrom('attachment')
    .select('id')
    .where('message_id', '=', row.id)
    .where('is_hidden', '=', 0)
    .execute()
  const isMarked = unsupported || context || row.text.trim() || files.length > 0
  expect(isMarked, 'the message is empty')
  const kept = (await journal(world)).some(item => item.id === row.journal_id && item.size > 0)
  expect(kept, 'what came was not kept')
}
