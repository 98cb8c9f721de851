import { Transform } from 'node:stream'
import { Parser } from 'tap-parser'

/** Prints each failure with its path, then `N passed, N failed[, N skipped]` from the TAP counts. */
export default class Summary extends Transform {
  #counts = { pass: 0, fail: 0, skip: 0 }
  #root = new Parser()

  constructor() {
    super()
    this.#watch(this.#root, [])
  }

  #watch(parser, path) {
    let failedBefore // a subtest's closing line is not counted again
    parser.on('child', child => {
      failedBefore = this.#counts.fail
      this.#watch(child, [...path, child.name])
    })
    parser.on('assert', result => {
      const before = failedBefore
      failedBefore = undefined
      if (before !== undefined && (result.ok || this.#counts.fail > before)) return
      if (result.skip || result.todo) this.#skipped(result, path)
      else if (result.ok) this.#counts.pass++
      else this.#failed(result, path)
    })
    parser.on('bailout', reason => {
      this.#counts.fail++
      this.push(`BAIL OUT ${reason}\n`)
    })
  }

  #skipped(result, path) {
    this.#counts.skip++
    this.push(
      `SKIP ${[...path, result.name].join(' > ')} ${result.skip === true ? '' : (result.skip ?? '')}\n`
    )
  }

  #failed(result, path) {
    this.#counts.fail++
    const { source, stdio, cwd, args, ...diagnosis } = result.diag ?? {}
    this.push(`FAIL ${[...path, result.name].join(' > ')}\n${JSON.stringify(diagnosis, null, 2)}\n`)
  }

  _transform(chunk, _encoding, done) {
    this.#root.write(chunk)
    done()
  }

  _flush(done) {
    this.#root.end()
    const { pass, fail, skip } = this.#counts
    this.push(`\n${pass} passed, ${fail} failed${skip > 0 ? `, ${skip} skipped` : ''}\n`)
    done()
  }
}
