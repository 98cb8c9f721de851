import net from 'node:net'

/** Imports a module alone in a process and says what that has done. Ends by itself when nothing is left. */
const traces: string[] = []
const before = { globals: new Set(Object.getOwnPropertyNames(globalThis)), listeners: listeners() }
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  traces.push('opened a connection')
  return Reflect.apply(connect, this, args) as net.Socket
}
const env = JSON.stringify(process.env)

await import(process.argv[2] ?? '')

await new Promise(resolve => setImmediate(resolve))
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (!before.globals.has(name)) traces.push(`made the global ${name}`)
}
if (listeners() > before.listeners) traces.push('listens to the process')
if (JSON.stringify(process.env) !== env) traces.push('changed the environment')
process.send?.(traces)
process.disconnect?.()

function listeners(): number {
  const names = process.eventNames().filter(name => name !== 'newListener')
  return names.reduce((sum, name) => sum + process.listenerCount(name), 0)
}
