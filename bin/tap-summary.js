import { Transform } from 'node:stream'
import { Parser } from 'tap-parser'
import { Counts } from './test-counts.js'

/** The reporter of `npx tap run`; `npm test` counts the same way. */
export default class Summary extends Transform {
  #counts = new Counts(text => this.push(text))
  #root = new Parser()

  constructor() {
    super()
    // `result` is emitted for what tap itself counts
    this.#root.on('result', result => this.#counts.add(result))
    this.#root.on('bailout', why => this.#counts.addFailure(`everything: ${why}`))
  }

  _transform(chunk, _encoding, done) {
    this.#root.write(chunk)
    done()
  }

  _flush(done) {
    this.#root.end()
    this.#counts.end()
    done()
  }
}
