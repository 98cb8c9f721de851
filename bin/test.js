// `npm test [files]`: runs compiled test files, several of them after each other in one process. With a process for
// each, most of the time would go into loading the same modules again, and into the loaders that `tap run` gives to
// these processes and to all that they start.
import { fork } from 'node:child_process'
import { readdirSync, statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Parser } from 'tap-parser'
import { pathToFileURL } from 'node:url'
import { Counts } from './test-counts.js'
import { seeded } from './test-seed.js'

const { TEST_TIMES, TEST_JOBS, TEST_LOG, TEST_SLOW, TMPDIR } = process.env
const jobs = Number(TEST_JOBS ?? availableParallelism() + 1) // most of them wait now and then
const hangMs = 960_000
const memory = '/dev/shm'
const plentyBytes = 4 * 1024 ** 3

const counts = new Counts(text => process.stdout.write(text))
const named = process.argv.slice(2)
const queue = named.length > 0 ? named : everyFile()
if (TEST_SLOW) beSlow()
await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, runAll))
counts.end()
process.exitCode = counts.failed > 0 ? 1 : 0

/** Things happen late and files in another order, see `test-slow.js`. */
function beSlow() {
  process.env.TEST_SEED ??= String(Math.floor(Math.random() * 1_000_000))
  console.log(`TEST_SLOW=${TEST_SLOW} TEST_SEED=${process.env.TEST_SEED}`)
  const { href } = pathToFileURL(join(import.meta.dirname, 'test-slow.js'))
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${href}`
  const random = seeded(Number(process.env.TEST_SEED))
  const places = new Map(queue.map(file => [file, random()]))
  queue.sort((a, b) => places.get(a) - places.get(b))
}

/** The long ones first, so that none of them is left over at the end. */
function everyFile() {
  const folders = ['dist/test', ...readdirSync('dist/plugins').map(id => `dist/plugins/${id}/test`)]
  const files = folders.flatMap(testsIn)
  const isLong = file => /crash|conformance|process|browser|fault/.test(file)
  return [...files.filter(isLong), ...files.filter(file => !isLong(file))]
}

function testsIn(folder) {
  try {
    const names = readdirSync(folder, { recursive: true }).toSorted()
    return names.filter(name => name.endsWith('.test.js')).map(name => join(folder, name))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

async function runAll() {
  while (queue.length > 0) await runProcess()
}

/** One process, until the queue is empty or a file has failed. */
function runProcess() {
  const child = fork(join(import.meta.dirname, 'test-worker.js'), {
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, TMPDIR: TMPDIR ?? temporaryFolder(), TAP_TIMEOUT: String(hangMs / 1000) }
  })
  const failedBefore = counts.failed
  let current
  let hang
  let hasBegun = false
  child.on('message', ({ isFree, file, ms, cpuMs, childMs }) => {
    if (file && TEST_TIMES) console.log(timesOf(file, ms, cpuMs, childMs))
    if (file) current = undefined
    if (!isFree) return
    hasBegun = true
    clearTimeout(hang)
    current = queue.shift()
    child.send({ file: current })
    if (current) hang = setTimeout(() => child.kill('SIGKILL'), hangMs)
  })
  read(child.stdout)
  if (TEST_LOG) child.stdout.pipe(process.stderr)
  return new Promise(resolve => {
    child.on('close', (code, signal) => {
      clearTimeout(hang)
      const isTold = counts.failed > failedBefore
      const isThrough = code === 0 && current === undefined
      if (!isThrough && !isTold) counts.addFailure(`${current} ended with ${code ?? signal}`)
      // The next one would not begin either.
      if (!hasBegun) queue.length = 0
      resolve()
    })
  })
}

function timesOf(file, ...times) {
  const [ms, own, children] = times.map(Math.round)
  return `${ms} ms, ${own} of the processor, ${children} of its children: ${file}`
}

function read(output) {
  const parser = new Parser()
  let file = ''
  parser.on('comment', comment => {
    file = /^# file (.*)/.exec(comment)?.[1] ?? file
  })
  parser.on('result', result => counts.add(result, `${file} > ${result.fullname}`))
  parser.on('bailout', why => counts.addFailure(`${file}: ${why}`))
  output.pipe(parser)
}

/** Nothing of what tests write is read again after a crash of the machine. */
function temporaryFolder() {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > plentyBytes ? memory : undefined
  } catch {
    return undefined
  }
}
