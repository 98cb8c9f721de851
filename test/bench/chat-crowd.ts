import { connect } from 'node:net'

/** What the crowd is told: many streams, all held by this one process. */
export interface Crowd {
  port: number
  /** Request heads without the blank line. */
  heads: string[]
}

/** What it tells: first that all stand, then each mark as it comes. */
export type Told = { open: number; refused: number } | { mark: string; at: number }

const atOnce = 100

process.on('message', (crowd: Crowd) => {
  void stand(crowd).then(counts => process.send?.(counts satisfies Told))
})

async function stand({ port, heads }: Crowd): Promise<Told> {
  let [open, refused, next] = [0, 0, 0]
  const walk = async () => {
    for (;;) {
      const head = heads[next++]
      if (head === undefined) return
      if (await listen(port, head)) open += 1
      else refused += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, walk))
  return { open, refused }
}

/** Bare sockets: ten thousand clients of a library would be measured themselves. */
function listen(port: number, head: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head}\r\n\r\n`))
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
    socket.on('data', bytes => {
      const text = bytes.toString()
      if (text.startsWith('HTTP/1.1')) resolve(text.startsWith('HTTP/1.1 200'))
      const [, mark] = /«(\d+)»/.exec(text) ?? []
      if (mark) process.send?.({ mark, at: Date.now() } satisfies Told)
    })
  })
}
