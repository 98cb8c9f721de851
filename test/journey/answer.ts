import { setTimeout as pause } from 'node:timers/promises'
import { patienceMs } from '../support/patience.ts'
import type { Journey } from './world.ts'

export interface Answer {
  conversation: number
  text: string
  key: string
}

/** How often the owner's browser had to try, and what it was told besides 200 and "read this first". */
export interface Delivery {
  tries: number
  refusals: string[]
}

/** What a browser does with an answer on a weak line: the same form again until the server has it. */
export async function answer(
  world: Pick<Journey, 'send'>,
  { conversation, text, key }: Answer
): Promise<Delivery> {
  const refusals: string[] = []
  let seen = '0'
  const deadline = Date.now() + patienceMs
  for (let tries = 1; Date.now() < deadline; tries++) {
    const form = { kind: 'reply', text, seen, idempotency_key: key }
    const reached = await post(world, `/conversations/${conversation}/messages`, form)
    if (reached?.status === 200) return { tries, refusals }
    const newer = /name="seen" value="(\d+)"/.exec(reached?.body ?? '')?.[1]
    if (reached?.status === 409 && newer) seen = newer
    else if (reached) refusals.push(`${reached.status} ${reached.body.slice(0, 300)}`)
    if (!newer) await pause(100)
  }
  throw new Error(`${key} was never taken: ${refusals.slice(-3).join('; ')}`)
}

/** Null: the line broke before the answer was whole. */
async function post(world: Pick<Journey, 'send'>, path: string, form: Record<string, string>) {
  try {
    const response = await world.send(path, { form })
    return { status: response.status, body: await response.text() }
  } catch {
    return null
  }
}

/** The agent's own choice: what is sent leaves at once. */
export async function chooseNoUndo({ send }: Pick<Journey, 'send'>): Promise<void> {
  const form = {
    ...{ name: 'Bagas Prakoso', locale: 'id', timeZone: 'Asia/Jakarta' },
    ...{ theme: 'system', density: 'comfortable', undoSeconds: '0' }
  }
  const response = await send('/me/profile', { form })
  if (response.status !== 303) throw new Error(`/me/profile: ${await response.text()}`)
}
