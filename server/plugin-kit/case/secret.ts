import { hidden } from '../../plugin-host/mask.ts'
import { expect } from '../check.ts'
import { answer, conversationOf, sendAlone } from '../send.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const secretCases: Case[] = [
  { number: 20, name: 'No secret is told in logs, errors or health', check: keepsSecrets }
]

async function keepsSecrets(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const conversation = await conversationOf(world)
  await answer(world, conversation, 'Semua baik')
  const told: [string, unknown][] = []
  for (const failure of world.provider.failures) {
    const { id } = await world.reply(conversation, 'Mohon ditunggu', [], 3600)
    await failure.begin()
    told.push([`the error after ${failure.name}`, (await sendAlone(world, id))?.text])
    told.push([`the health after ${failure.name}`, await healthOf(world)])
    await world.provider.heal()
  }
  await world.provider.garble()
  told.push(['the health of a broken line', await healthOf(world)])
  await world.provider.heal()
  told.push(...(await storedWords(world)))
  // Sapa has hidden what it knew; that it had to is the channel's mistake.
  const isTold = (text: string) => [...world.secrets, hidden].some(one => text.includes(one))
  for (const [where, words] of told) {
    expect(!isTold(JSON.stringify(words) ?? ''), `${where} tells a secret`)
  }
  const log = world.installation.lines.join('\n')
  expect(!world.secrets.some(one => log.includes(one)), 'the log tells a secret')
}

/** A health that hangs is the business of another case. */
async function healthOf(world: World): Promise<unknown> {
  const health = world.session().health?.(AbortSignal.timeout(3_000))
  return Promise.resolve(health).catch((error: unknown) => String(error))
}

async function storedWords({ sapa: { db } }: World): Promise<[string, unknown][]> {
  const accounts = await db.selectFrom('account').select('state_reason').execute()
  const steps = await db.selectFrom('outbox').select(['error_code', 'error_text']).execute()
  const items = await db.selectFrom('journal').select('error').execute()
  const faults = await db.selectFrom('plugin_fault').selectAll().execute()
  return [
    ["the account's state", accounts],
    ['the outbox', steps],
    ['the journal', items],
    ["the plugin's faults", faults]
  ]
}
