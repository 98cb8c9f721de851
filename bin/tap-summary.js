import { Transform } from 'node:stream'
import { Parser } from 'tap-parser'

/** Prints each failure with its path, then `N passed, N failed[, N skipped][, N todo]` from the TAP. */
export default class Summary extends Transform {
  #counts = { pass: 0, fail: 0, skip: 0, todo: 0 }
  #root = new Parser()

  constructor() {
    super()
    // `result` is emitted for what tap itself counts: leaves, and subtests that failed by themselves
    this.#root.on('result', result => this.#count(result))
    this.#root.on('bailout', why => {
      this.#counts.fail++
      this.push(`BAIL OUT ${why}\n`)
    })
  }

  #count(result) {
    if (result.skip) this.#counts.skip++
    else if (result.todo) this.#counts.todo++
    else if (result.ok) this.#counts.pass++
    else this.#counts.fail++

    const path = result.fullname
    if (result.skip || result.todo) this.push(`SKIP ${path} ${reason(result)}\n`)
    else if (!result.ok) this.push(`FAIL ${path}\n${JSON.stringify(diagnosis(result), null, 2)}\n`)
  }

  _transform(chunk, _encoding, done) {
    this.#root.write(chunk)
    done()
  }

  _flush(done) {
    this.#root.end()
    const { pass, fail, skip, todo } = this.#counts
    const rest = `${skip > 0 ? `, ${skip} skipped` : ''}${todo > 0 ? `, ${todo} todo` : ''}`
    this.push(`\n${pass} passed, ${fail} failed${rest}\n`)
    done()
  }
}

function reason({ skip, todo }) {
  const given = skip || todo
  return typeof given === 'string' ? given : ''
}

function diagnosis({ diag }) {
  const { source, stdio, cwd, args, ...rest } = diag ?? {}
  return rest
}
