import type { Message } from '../conversation/table.ts'
import type { JournalItem } from '../channel/table.ts'
import { expect, Failed, until } from './check.ts'
import { requestOf } from './request.ts'
import type { KitMessage, WebhookSide } from './spec.ts'
import type { KitAnswer } from './spec-tools.ts'
import type { World } from './world.ts'

export interface Post {
  body: string
  headers: Record<string, string>
}

/**
 * Brings items to the channel as its provider does, several together where it can. Answers how many
 * were refused by name.
 */
export async function deliver(world: World, items: unknown[], account = 1): Promise<number> {
  let refused = 0
  const { webhook, arrive, visit } = world.provider
  if (webhook) {
    for (const some of chunks(items, webhook.most ?? items.length)) {
      const { status, json } = await call(world, signed(webhook, some, account), account)
      expect(status < 300, `the webhook answered ${status} to good items`)
      refused += webhook.refused?.(json) ?? 0
    }
  } else if (visit) refused += await visit(items, account)
  else if (arrive) await arrive(items, account)
  else throw new Failed('the spec has no `webhook`, no `arrive` and no `visit`')
  return refused
}

export function signed(webhook: WebhookSide, items: unknown[], account = 1): Post {
  return sign(webhook, webhook.body?.(items, account) ?? JSON.stringify(items), account)
}

export function sign(webhook: WebhookSide, body: string, account = 1): Post {
  return { body, headers: webhook.headers?.(body, account) ?? {} }
}

/** Through the front door. Answers the status. */
export async function post(world: World, request: Post, account = 1): Promise<number> {
  return (await call(world, request, account)).status
}

async function call(world: World, { body, headers }: Post, account: number): Promise<KitAnswer> {
  const row = world.accounts[account - 1]
  expect(row, `account ${account} is not connected`)
  const path = world.provider.webhook?.path
  return requestOf(world, {
    method: 'POST',
    path: path ?? `/hooks/${row.type}/${row.id}/${row.webhook_secret}`,
    headers: { 'content-type': 'application/json', ...headers },
    body
  })
}

/** Delivers messages and waits until all of them are in the timeline. */
export async function bring(world: World, messages: KitMessage[], account = 1): Promise<Message[]> {
  const { inbound: words } = world.provider
  await deliver(
    world,
    messages.map(message => words.message(message)),
    account
  )
  const found: Message[] = []
  for (const message of messages) found.push(await received(world, message, account))
  return found
}

export function received(world: World, message: KitMessage, account = 1): Promise<Message> {
  const remoteId = world.remoteId(message)
  const id = world.accounts[account - 1]?.id ?? 0
  return soon(world, `message ${remoteId} comes into the timeline`, async () =>
    (await inbound(world)).find(row => row.remote_id === remoteId && row.account_id === id)
  )
}

/** `until`, with the pauses of a polling line cut short. */
export function soon<T>(world: World, what: string, ask: () => T | Promise<T>, ms = world.soonMs) {
  let nudges = 0
  const between = (waited: number) => {
    if (!world.isPolled || waited < (nudges + 1) * 150) return
    nudges += 1
    world.timing.forward(5_000)
  }
  return until(what, ask, { ms, between })
}

/** Everything that customers have written, oldest first. */
export function inbound({ sapa }: World): Promise<Message[]> {
  return sapa.db
    .selectFrom('message')
    .selectAll()
    .where('kind', '=', 'inbound')
    .orderBy('id')
    .execute()
}

export function journal({ sapa }: World): Promise<JournalItem[]> {
  return sapa.db.selectFrom('journal').selectAll().orderBy('id').execute()
}

/** Nothing in the journal waits to be read. */
export function quiet(world: World): Promise<unknown> {
  return soon(world, 'the journal is read', async () =>
    (await journal(world)).every(item => item.state !== 'pending')
  )
}

/** Gives a wrong channel the time to do what it must not. */
export async function aWhile(world: World): Promise<void> {
  const end = Date.now() + 300
  await until('a while', () => Date.now() > end, {
    between: waited => {
      if (world.isPolled && waited > 100) world.timing.forward(500)
    }
  })
  await quiet(world)
}

function chunks(items: unknown[], size: number): unknown[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
