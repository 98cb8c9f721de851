import { createHmac } from 'node:crypto'

/** As Meta writes JSON: every sign beyond ASCII as `\uXXXX`, and slashes with a stroke before them. */
export const written = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(
      /[\u0080-\uffff]/g,
      sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
    )

export const signature = (body: string, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`

/** One call; its status, or 0 when nobody was there. */
export async function call(url: string, payload: unknown, appSecret: string): Promise<number> {
  const body = written(payload)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    'x-hub-signature-256': signature(body, appSecret)
  }
  try {
    const response = await fetch(url, { method: 'POST', body, headers })
    await response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}

/** Calls again until it is taken, with growing pauses, as Meta does for days; here up to `forMs`. */
export async function callUntilTaken(
  url: string,
  payload: unknown,
  appSecret: string,
  forMs = 60_000
): Promise<number> {
  const end = Date.now() + forMs
  let tries = 0
  for (;;) {
    tries += 1
    const status = await call(url, payload, appSecret)
    if (status >= 200 && status < 300) return tries
    if (Date.now() > end) throw new Error(`not taken within ${forMs} ms: ${status}`)
    await new Promise(resolve => setTimeout(resolve, Math.min(50 * 2 ** tries, 1000)))
  }
}

/** Whether the address answers Meta's question; the word that came back. */
export async function verify(
  url: string,
  token: string
): Promise<{ status: number; text: string }> {
  const asked = new URL(url)
  asked.searchParams.set('hub.mode', 'subscribe')
  asked.searchParams.set('hub.verify_token', token)
  asked.searchParams.set('hub.challenge', '1158201444')
  const response = await fetch(asked)
  return { status: response.status, text: await response.text() }
}
