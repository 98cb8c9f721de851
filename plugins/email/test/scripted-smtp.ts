import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/** Speaks just enough SMTP to go away at a chosen moment. */
export async function scriptedServer(t: Test, cutAt: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined))
    if (cutAt === 'greeting') return void socket.end('421 4.3.2 Busy\r\n')
    socket.write('220 mail.toko.test ready\r\n')
    let bytes = -1
    socket.on('data', data => {
      const text = String(data)
      if (bytes >= 0) {
        bytes += data.length
        const isDot = text.endsWith('\r\n.\r\n')
        if ((cutAt === 'bytes' && bytes > 100_000) || (cutAt === 'dot' && isDot)) socket.destroy()
        return
      }
      for (const line of text.trim().split('\r\n')) {
        if (line.startsWith(cutAt)) return void socket.destroy()
        if (line === 'DATA') bytes = 0
        socket.write(line === 'DATA' ? '354 go on\r\n' : '250 ok\r\n')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
