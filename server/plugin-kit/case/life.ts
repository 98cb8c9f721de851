import { createHook } from 'node:async_hooks'
import { enableAccount } from '../../channel/account/enable.ts'
import type { ChannelSession } from '../../plugin-api/channel.ts'
import { aWhile, deliver, journal } from '../deliver.ts'
import { endOf, expect, pause, until } from '../check.ts'
import { conversationOf } from '../send.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const lifeCases: Case[] = [
  { number: 5, name: 'Opened and closed 20 times, nothing is left', check: leavesNothing },
  {
    number: 6,
    name: 'Closing under load ends in time, and then nothing comes',
    check: endsUnderLoad
  },
  { number: 7, name: 'The abort signal ends poll and send within 2 s', check: heedsAbort }
]

const warmUps = 3
const rounds = 20

async function leavesNothing(stage: Stage): Promise<void> {
  const world = await stage.world()
  await world.connect()
  const watch = watchResources()
  try {
    for (let round = 0; round < warmUps; round++) await openAndClose(world)
    const before = await watch.count()
    for (let round = 0; round < rounds; round++) await openAndClose(world)
    const excess = (counts: Record<string, number>) =>
      Object.keys(counts).find(what => (counts[what] ?? 0) - (before[what] ?? 0) >= rounds / 2)
    let after = await watch.count()
    // Kept connections come and go within seconds; what is forgotten each time adds up and stays.
    for (let turn = 0; turn < 8 && excess(after); turn++) {
      await pause(1_000)
      after = await watch.count()
    }
    const what = excess(after)
    expect(!what, `${what && after[what]} of ${what} after ${rounds} rounds`)
  } finally {
    watch.stop()
  }
}

async function openAndClose(world: World): Promise<void> {
  const end = new AbortController()
  const session = await world.direct(end.signal)
  const polling = session.poll?.(null, end.signal).catch(() => undefined)
  await pause(5)
  end.abort()
  expect(await endOf(Promise.resolve(polling), 5_000), 'poll goes on after the signal')
  expect(await endOf(session.close(), 10_000), 'close takes longer than 10 s')
}

/** Timers, sockets and process listeners that are alive. */
function watchResources() {
  const alive = new Map<number, string>()
  const hook = createHook({
    init(id, type) {
      if (kept.test(type) && !(type === 'Timeout' && endsByItself())) alive.set(id, type)
    },
    destroy: id => void alive.delete(id)
  }).enable()
  return {
    async count(): Promise<Record<string, number>> {
      await pause(50)
      const counts: Record<string, number> = { 'process listeners': listeners() }
      for (const type of alive.values()) counts[type] = (counts[type] ?? 0) + 1
      return counts
    },
    stop: () => hook.disable()
  }
}

const kept = /^(Timeout|TCPWRAP|TLSWRAP|PIPEWRAP|UDPWRAP|PROCESSWRAP|FSEVENTWRAP)$/

/** Each guarded request has a time limit, which lives on for some seconds after it. */
const endsByItself = () => /AbortSignal\.timeout/.test(new Error().stack ?? '')

const listeners = () =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)

async function endsUnderLoad(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { sapa, timing, account } = world
  const conversation = await conversationOf(world)
  const load = startLoad(world)
  for (let number = 1; number <= 5; number++) await world.reply(conversation, `Balasan ${number}`)
  await pause(50)
  const start = Date.now()
  await enableAccount(sapa.db, account.id, false, timing.now())
  await until('the session ends', () => !sapa.supervisor.session(account.id), { ms: 20_000 })
  const took = Date.now() - start
  await load.stop()
  expect(took < 10_000, `closing took ${Math.round(took / 1000)} s`)

  const before = (await journal(world)).length
  await saysNothingAfterwards(world)
  await aWhile(world)
  expect((await journal(world)).length === before, 'items came after the session was closed')
}

/** Customers who go on writing; a closed webhook answers 503, which is right. */
function startLoad(world: World) {
  const over = new AbortController()
  const running = (async () => {
    while (!over.signal.aborted) {
      await deliver(world, [world.provider.inbound.message(world.message())]).catch(() => undefined)
      await pause(5)
    }
  })()
  return {
    async stop() {
      over.abort()
      await running
    }
  }
}

/** Core lets nothing in from a closed line; a channel that tries has not let go. */
async function saysNothingAfterwards(world: World): Promise<void> {
  const end = new AbortController()
  let late = 0
  let isClosed = false
  const session = await world.direct(end.signal, {
    ingest: async () => void (late += isClosed ? 1 : 0)
  })
  const polling = session.poll?.(null, end.signal).catch(() => undefined)
  end.abort()
  await polling
  await session.close()
  isClosed = true
  await pause(300)
  expect(late === 0, 'the session brings items after it was closed')
}

async function heedsAbort(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const conversation = await conversationOf(world)
  const { sapa, account, timing, provider } = world
  const { id } = await world.reply(conversation, 'Sedang kami periksa', [], 3600)
  await enableAccount(sapa.db, account.id, false, timing.now())
  await until('the session ends', () => !sapa.supervisor.session(account.id), { ms: 20_000 })
  await provider.hang()
  const { cursor } = await world.row(account)
  const poll = (session: ChannelSession, signal: AbortSignal) => session.poll?.(cursor, signal)
  const send = async (session: ChannelSession, signal: AbortSignal) =>
    session.send(await world.request(id, signal))
  await endsWith(world, 'poll', poll)
  await endsWith(world, 'send', send)
  await provider.heal()
}

async function endsWith(
  world: World,
  what: string,
  work: (session: ChannelSession, signal: AbortSignal) => Promise<unknown> | undefined
): Promise<void> {
  const line = new AbortController()
  const end = new AbortController()
  const session = await world.direct(line.signal)
  const working = Promise.resolve(work(session, end.signal)).catch(() => undefined)
  await pause(150)
  end.abort()
  const ended = await endOf(working, 2_000)
  line.abort()
  await endOf(session.close(), 5_000)
  expect(ended, `${what} went on for more than 2 s after the signal`)
}
