import { createHash, randomInt } from 'node:crypto'
import type { BrowserContext, Page, Route } from 'playwright-core'

/** `TEST_SLOW`: how many times slower the processor; each request waits up to so many tenths of a second. */
const slowness = Number(process.env['TEST_SLOW'] ?? 0)
const seed = process.env['TEST_SEED'] ?? String(randomInt(1_000_000))
const mostMs = slowness * 100
/** Slowing a page costs a real processor something even while the page is idle. */
const mostThrottled = 3
const asked = new Map<string, number>()
let isTold = false

/** Lets hidden races out: what the pages of this context ask for comes late and in another order. */
export async function slowDown(context: BrowserContext): Promise<void> {
  if (slowness === 0) return
  if (!isTold) process.stderr.write(`# TEST_SLOW=${slowness} TEST_SEED=${seed}\n`)
  isTold = true
  context.on('page', page => {
    if (context.pages().length <= mostThrottled) void throttle(page)
  })
  await context.route('**/*', hold)
}

/** A page that has been closed meanwhile needs neither. */
async function throttle(page: Page): Promise<void> {
  try {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowness })
  } catch {}
}

async function hold(route: Route): Promise<void> {
  const request = route.request()
  const isStream = (request.headers()['accept'] ?? '').includes('text/event-stream')
  if (!isStream) await new Promise(resolve => setTimeout(resolve, delayMs(request)))
  await route.fallback().catch(() => {})
}

/** The same for the nth request of a kind with the same seed, in whatever order the others come. */
function delayMs(request: ReturnType<Route['request']>): number {
  const kind = `${request.method()} ${new URL(request.url()).pathname}`
  const count = (asked.get(kind) ?? 0) + 1
  asked.set(kind, count)
  const random = createHash('sha256').update(`${seed} ${kind} ${count}`).digest().readUInt32BE()
  return (random / 2 ** 32) * mostMs
}
