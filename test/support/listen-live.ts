import type { Setup, Scope } from './app.ts'
import { until } from './until.ts'

export interface Heard {
  id: string
  topic: string
  [name: string]: unknown
}

export interface Ear {
  status: number
  heard: Heard[]
  isOver: boolean
  /** Waits until an event of that topic has come. */
  hears(topic: string): Promise<Heard>
  ends(): Promise<void>
  hangUp(): void
}

/** A browser's event stream over a real socket: `origin` is where the app listens. */
export async function listenLive(
  t: Scope,
  origin: string,
  as: Setup['as']['agent'],
  options: { last?: string; lastEventId?: string } = {}
): Promise<Ear> {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const { headers, cookies } = as({ url: '/live' })
  const cookie = Object.entries(cookies ?? {}).map(([name, value]) => `${name}=${value as string}`)
  const query = options.last ? `?last=${options.last}` : ''
  const response = await fetch(`${origin}/live${query}`, {
    signal: abort.signal,
    headers: {
      ...(headers as Record<string, string>),
      accept: 'text/event-stream',
      cookie: cookie.join('; '),
      ...(options.lastEventId ? { 'last-event-id': options.lastEventId } : {})
    }
  })
  const ear: Ear = {
    status: response.status,
    heard: [],
    isOver: false,
    hears: topic => until(() => ear.heard.find(event => event.topic === topic)),
    ends: async () => void (await until(() => ear.isOver)),
    hangUp: () => abort.abort()
  }
  void read(response, ear)
  return ear
}

async function read(response: Response, ear: Ear): Promise<void> {
  let text = ''
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) take(block, ear)
    }
  } catch {
    // Hanging up aborts the body.
  }
  ear.isOver = true
}

function take(block: string, ear: Ear): void {
  const data = /^data: (.*)$/m.exec(block)?.[1]
  if (!data) return
  const id = /^id: (.*)$/m.exec(block)?.[1] ?? ''
  ear.heard.push({ ...(JSON.parse(data) as Heard), id })
}
