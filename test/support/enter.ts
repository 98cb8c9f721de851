import type { BrowserContext } from 'playwright-core'
import { sessionCookie } from '../../server/web/session.ts'
import type { Setup } from './app.ts'

/**
 * Signs somebody in at a browser, instead of who was there: `enter(context, world.as.agent, world.url)`.
 * Open pages are left first: what a page asks for between two people is refused, and says so in the console.
 */
export async function enter(
  context: BrowserContext,
  as: Setup['as']['agent'],
  url: string
): Promise<void> {
  for (const page of context.pages()) await page.goto('about:blank')
  await context.clearCookies()
  const cookies = as({ url: '/' }).cookies as Record<string, string>
  await context.addCookies([{ name: sessionCookie, value: cookies[sessionCookie] ?? '', url }])
}
