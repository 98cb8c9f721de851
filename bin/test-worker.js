// Runs one test file after the other in one process; `bin/test.js` says which.
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'

const fileMs = 900_000

/** Of the file in hand. A teardown of the root itself would end it, and with it every file after this one. */
const leavings = []
t.teardown = leave => void leavings.push(leave)

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
  process.send({ file, ms: performance.now() - start, cpuMs: (user + system) / 1000 })
  // What a failing test has left behind is not for the next, and an ended root takes no more.
  if (!t.passing() || t.ended) break
}
if (process.connected) process.disconnect()
