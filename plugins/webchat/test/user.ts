import { createHash, createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import type { ChatWorld } from './world.ts'

export const signKey = 'k'.repeat(40)

/** Of an hour, as the site's own server makes it. */
export function proofOf(userId: string, email = ''): string {
  const expires = Math.floor(Date.now() / 1000) + 3600
  const signed = [userId, expires, ...(email ? [email, ''] : [])].join(':')
  const hash = createHmac('sha256', signKey).update(signed).digest('hex')
  return JSON.stringify({ userId, expires, hash, ...(email && { email }) })
}

/** Whose token it is. */
export async function userOf(world: ChatWorld, token: string): Promise<string | undefined> {
  const hash = createHash('sha256').update(token).digest('hex')
  const found = await sql<{ user_id: string }>`select user_id from webchat_visitor
    join webchat_token on visitor_id = id where hash = ${hash}`.execute(world.db)
  return found.rows[0]?.user_id
}

export const tokenIn = (page: Page) =>
  page.evaluate<string>(
    `Object.entries(localStorage).find(([key]) => /^sapa:[^:]+$/.test(key))?.[1] ?? ''`
  )

/** Sapa has answered, the page does not know yet: the first request of this kind from now on. */
export function holdAnswer(page: Page, method: string, ending: string) {
  let hold = () => {}
  let release = () => {}
  const isHeld = new Promise<void>(resolve => (hold = resolve))
  const isReleased = new Promise<void>(resolve => (release = resolve))
  let isFirst = true
  const isAsked = ({ pathname }: URL) => pathname.endsWith(ending)
  const isReady = page.route(isAsked, async route => {
    if (!isFirst || route.request().method() !== method) return route.fallback()
    isFirst = false
    const response = await route.fetch()
    hold()
    await isReleased
    return route.fulfill({ response })
  })
  return { isReady, isHeld, release }
}
