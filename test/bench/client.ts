import { Agent, request, type IncomingMessage } from 'node:http'

/** What the child process is told to do; it answers with `Answered`. */
export interface Task {
  port: number
  connections: number
  seconds: number
  /** Taken in turn, and round again. */
  asks: Ask[]
}

export interface Ask {
  method: 'GET' | 'POST'
  path: string
  cookie: string
  form?: Record<string, string>
  encoding?: string
}

export interface Answered {
  /** Milliseconds of every answer. */
  times: number[]
  seconds: number
  bytes: number
  /** Status codes other than 200, and errors. */
  failures: Record<string, number>
}

process.on('message', (task: Task) => {
  void ask(task).then(answered => process.send?.(answered))
})

/** Each connection asks again as soon as it is answered. */
async function ask(task: Task): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: task.connections })
  const answered: Answered = { times: [], seconds: 0, bytes: 0, failures: {} }
  const begin = performance.now()
  const end = begin + task.seconds * 1000
  let turn = 0
  const walk = async () => {
    while (performance.now() < end) {
      const one = task.asks[turn++ % task.asks.length]
      if (!one) return
      const from = performance.now()
      const { outcome, bytes } = await send(agent, task.port, one)
      answered.times.push(performance.now() - from)
      answered.bytes = bytes
      if (outcome === '200') continue
      answered.failures[outcome] = (answered.failures[outcome] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: task.connections }, walk))
  answered.seconds = (performance.now() - begin) / 1000
  agent.destroy()
  return answered
}

function send(agent: Agent, port: number, one: Ask): Promise<{ outcome: string; bytes: number }> {
  return new Promise(resolve => {
    const body = one.form ? new URLSearchParams(one.form).toString() : undefined
    const asked = request(
      {
        ...{ agent, port, host: '127.0.0.1', method: one.method, path: one.path },
        headers: {
          cookie: one.cookie,
          accept: 'text/html',
          'sec-fetch-site': 'same-origin',
          ...(body ? { 'hx-request': 'true' } : {}),
          ...(one.encoding ? { 'accept-encoding': one.encoding } : {}),
          ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(body && { 'content-length': Buffer.byteLength(body) })
        }
      },
      (response: IncomingMessage) => {
        let bytes = 0
        response.on('data', (chunk: Buffer) => (bytes += chunk.length))
        response.on('end', () => resolve({ outcome: String(response.statusCode), bytes }))
      }
    )
    asked.once('error', error => resolve({ outcome: error.message, bytes: 0 }))
    asked.end(body)
  })
}
