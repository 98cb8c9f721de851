// Runs one test file after the other in one process; `bin/test.js` says which.
import asyncHooks from 'node:async_hooks'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const t = await unwatched(async () => (await import('tap')).default)
const fileMs = 900_000

/** Of the file in hand. A teardown of the root itself would end it, and with it every file after this one. */
const leavings = []
t.teardown = leave => void leavings.push(leave)

/**
 * tap hears of every promise, to know whose an uncaught error is: a sixth of all processor time. Without that, such an
 * error ends the process, and with it the file in hand, which counts as failed.
 */
async function unwatched(work) {
  const { createHook } = asyncHooks
  asyncHooks.createHook = () => ({ enable() {}, disable() {} })
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    asyncHooks.createHook = createHook
    syncBuiltinESMExports()
  }
}

/** Processor time of the processes started here that have ended; only Linux tells. */
function childrenMs() {
  if (process.platform !== 'linux') return 0
  const [, numbers] = readFileSync('/proc/self/stat', 'latin1').split(') ')
  const [user, system] = numbers.split(' ').slice(13, 15)
  return (Number(user) + Number(system)) * 10
}

async function nextFile() {
  process.channel.ref()
  process.send({ isFree: true })
  const [{ file }] = await once(process, 'message')
  process.channel.unref()
  return file
}

for (let file = await nextFile(); file !== undefined; file = await nextFile()) {
  const start = performance.now()
  const before = process.cpuUsage()
  const othersBefore = childrenMs()
  const told = t.counts.total
  t.comment(`file ${file}`)
  t.setTimeout(fileMs)
  try {
    await import(pathToFileURL(join(process.cwd(), file)).href)
  } catch (error) {
    t.error(error, 'can be imported')
  }
  while (!t.idle) await once(t, 'idle')
  for (const leave of leavings.splice(0).toReversed()) await leave()
  if (t.counts.total === told) t.fail('has tests')
  const { user, system } = process.cpuUsage(before)
  process.send({
    file,
    ms: performance.now() - start,
    cpuMs: (user + system) / 1000,
    childMs: childrenMs() - othersBefore
  })
  // What a failing test has left behind is not for the next, and an ended root takes no more.
  if (!t.passing() || t.ended) break
}
if (process.connected) process.disconnect()
