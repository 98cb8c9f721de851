// With `TEST_SLOW=n`, each process of the tests and those that they start load this first: it plays a machine that is
// busy at the wrong moment, so that what is right only by the order of things shows itself.
import fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import http from 'node:http'
import { ChildProcess } from 'node:child_process'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { SqliteDriver } from 'kysely'
import { seeded } from './test-seed.js'

const { TEST_SLOW, TEST_SEED } = process.env
const most = Number(TEST_SLOW) * 20
const random = seeded(Number(TEST_SEED))
const someMs = () => random() * most
const realTimeout = timers.setTimeout
const realPause = timersPromises.setTimeout
const wait = ms => new Promise(resolve => realTimeout(resolve, ms))
const cell = new Int32Array(new SharedArrayBuffer(4))
/** The whole process: as when others have the processor. */
const stall = () => void Atomics.wait(cell, 0, 0, someMs())

const delays = {
  /** Requests side by side come in another order; who has hung up meanwhile was never heard. */
  http() {
    const { emit } = http.Server.prototype
    http.Server.prototype.emit = function (event, ...args) {
      if (event !== 'request') return emit.call(this, event, ...args)
      const [request] = args
      realTimeout(() => request.destroyed || emit.call(this, event, ...args), someMs())
      return true
    }
  },
  inject() {
    const require = createRequire(createRequire(import.meta.url).resolve('fastify'))
    const path = require.resolve('light-my-request')
    const inject = require(path)
    const slow = (handle, ...rest) =>
      inject(
        (request, response) => void realTimeout(() => handle(request, response), someMs()),
        ...rest
      )
    require.cache[path].exports = Object.assign(slow, inject)
  },
  fetch() {
    const real = globalThis.fetch
    globalThis.fetch = async (...args) => {
      const response = await real(...args)
      await wait(someMs())
      return response
    }
  },
  timer() {
    const slow = (work, ms, ...args) => realTimeout(work, (ms || 0) + someMs(), ...args)
    slow[promisify.custom] = (ms, value, options) => realPause(ms + someMs(), value, options)
    globalThis.setTimeout = slow
    timers.setTimeout = slow
    timersPromises.setTimeout = slow[promisify.custom]
    syncBuiltinESMExports()
  },
  /** Of child processes and threads. Their order stays: it is promised. */
  message() {
    for (const kind of [process.constructor, ChildProcess, Worker]) {
      const { emit } = kind.prototype
      kind.prototype.emit = function (event, ...args) {
        if (event === 'message') stall()
        return emit.call(this, event, ...args)
      }
    }
  },
  /** As if the only connection were somebody else's just now. What settles in some turns waits for that. */
  db() {
    const { acquireConnection } = SqliteDriver.prototype
    let late = 0
    SqliteDriver.prototype.acquireConnection = async function () {
      if (random() < 0.1) {
        late += 1
        await wait(someMs() / 4)
        late -= 1
      }
      return acquireConnection.call(this)
    }
    const real = globalThis.setImmediate
    const realClear = globalThis.clearImmediate
    const waiting = []
    const ring = () => {
      if (late > 0) return void real(ring)
      const run = waiting.splice(0)
      for (const one of run) real(() => one.work?.())
    }
    const slow = (work, ...args) => {
      const one = {
        work: () => work(...args),
        ref: () => one,
        unref: () => one,
        hasRef: () => true
      }
      if (waiting.push(one) === 1) ring()
      return one
    }
    slow[promisify.custom] = value => new Promise(resolve => slow(resolve, value))
    globalThis.setImmediate = slow
    globalThis.clearImmediate = one => {
      if (one && 'work' in one) one.work = undefined
      else realClear(one)
    }
  },
  fs() {
    for (const name of [
      'readFile',
      'writeFile',
      'rename',
      'open',
      'rm',
      'mkdir',
      'stat',
      'cp',
      'readdir',
      'unlink'
    ]) {
      const real = fs.promises[name]
      fs.promises[name] = async (...args) => {
        if (random() < 0.1) await wait(someMs())
        return real(...args)
      }
    }
    syncBuiltinESMExports()
  }
}
for (const begin of Object.values(delays)) begin()
