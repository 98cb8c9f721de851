import type { BrowserContext } from 'playwright-core'
import { sessionCookie } from '../../server/web/session.ts'
import type { Setup } from './app.ts'

/** Signs somebody in at a browser: `enter(context, world.as.agent, world.url)`. */
export async function enter(
  context: BrowserContext,
  as: Setup['as']['agent'],
  url: string
): Promise<void> {
  const cookies = as({ url: '/' }).cookies as Record<string, string>
  await context.addCookies([{ name: sessionCookie, value: cookies[sessionCookie] ?? '', url }])
}
