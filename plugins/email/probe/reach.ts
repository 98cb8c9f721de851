import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Server } from '../mail-settings.ts'

const patienceMs = 10_000

export async function resolves(host: string): Promise<boolean> {
  if (isIP(host)) return true
  return lookup(host).then(
    () => true,
    () => false
  )
}

/** Null when somebody listens there, else the system's code. */
export async function tcpTrouble(server: Server, signal: AbortSignal): Promise<string | null> {
  return trouble(signal, ends => withSocket(dial(server, ends), async () => undefined))
}

/** Null when an encrypted connection with a good certificate comes about, else the code of the trouble. */
export async function tlsTrouble(
  server: Server,
  side: 'imap' | 'smtp',
  signal: AbortSignal
): Promise<string | null> {
  return trouble(signal, ends =>
    withSocket(dial(server, ends), async socket => {
      if (server.security === 'starttls') await askForTls(socket, side)
      const options = { socket, ...(isIP(server.host) ? {} : { servername: server.host }) }
      const secured: TLSSocket = connectTls({ ...options, host: server.host })
      ends.addEventListener('abort', () => secured.destroy(ends.reason as Error), { once: true })
      await withSocket(
        once(secured, 'secureConnect').then(() => secured),
        async () => undefined
      )
    })
  )
}

async function trouble(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>
): Promise<string | null> {
  // Held by its timer: a time limit that only `any` knows may be collected and never come.
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new DOMException('Too late', 'TimeoutError')),
    patienceMs
  )
  const ends = AbortSignal.any([signal, late.signal])
  try {
    await work(ends)
    return null
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: string }
    if (ends.aborted || name === 'TimeoutError') return 'ETIMEDOUT'
    return typeof code === 'string' ? code : 'EPROTO'
  } finally {
    clearTimeout(timer)
  }
}

async function dial({ host, port }: Server, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, signal })
  await once(socket, 'connect')
  return socket
}

async function withSocket<T extends Socket>(
  opening: Promise<T>,
  work: (socket: T) => Promise<void>
): Promise<void> {
  const socket = await opening
  socket.on('error', () => undefined)
  try {
    await work(socket)
  } finally {
    socket.destroy()
  }
}

/** The few words before both sides switch to TLS. */
async function askForTls(socket: Socket, side: 'imap' | 'smtp'): Promise<void> {
  const words = side === 'imap' ? ['a1 STARTTLS'] : ['EHLO sapa.invalid', 'STARTTLS']
  await lineOf(socket, side)
  for (const word of words) {
    socket.write(`${word}\r\n`)
    const answer = await lineOf(socket, side)
    if (!/^(a1 OK|2\d\d )/i.test(answer)) throw Object.assign(new Error(), { code: 'NO_STARTTLS' })
  }
}

/** The last line of one answer. */
async function lineOf(socket: Socket, side: 'imap' | 'smtp'): Promise<string> {
  let text = ''
  for (;;) {
    const [chunk] = (await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => Promise.reject(new Error('closed')))
    ])) as [Buffer]
    text += chunk.toString('latin1')
    const last = text.trimEnd().split('\r\n').at(-1) ?? ''
    const isWhole = side === 'imap' ? /^(\* OK|\* PREAUTH|a1 )/i.test(last) : /^\d{3} /.test(last)
    if (text.endsWith('\r\n') && isWhole) return last
    if (text.length > 10_000) throw new Error('too long')
  }
}
