import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import type { TcpGate } from '../spec-tools.ts'

/** A door before a server of any protocol, which can be shut, jammed, or made to talk nonsense. */
export async function startTcp(to: { port: number }): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  const state: { mood: 'hang' | 'garble' | null; calls: number } = { mood: null, calls: 0 }
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer(client => {
    state.calls += 1
    keep(client)
    if (state.mood === 'garble') client.end('\u0000<html>{"items": [\r\n')
    if (state.mood !== null) return
    const upstream = keep(createConnection({ port: to.port, host: '127.0.0.1' }))
    client.on('data', bytes => state.mood ?? upstream.write(bytes))
    upstream.on('data', bytes => state.mood ?? client.write(bytes))
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const stop = async () => {
    if (!server.listening) return cut()
    server.close()
    cut()
    await once(server, 'close')
  }
  return {
    port,
    cut,
    hang: () => void (state.mood = 'hang'),
    garble() {
      state.mood = 'garble'
      cut()
    },
    down: stop,
    async heal() {
      // What was swallowed meanwhile cannot be made up for.
      if (state.mood !== null) cut()
      state.mood = null
      if (!server.listening) await listen(port)
    },
    calls: () => state.calls,
    stop
  }
}
