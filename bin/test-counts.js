/** What the tests said: prints each failure with its path, then `N passed, N failed[, N skipped][, N todo]`. */
export class Counts {
  #counts = { pass: 0, fail: 0, skip: 0, todo: 0 }
  #print

  constructor(print) {
    this.#print = print
  }

  get failed() {
    return this.#counts.fail
  }

  /** A `result` of tap's parser: leaves, and subtests that failed by themselves. */
  add(result, path = result.fullname) {
    if (result.skip) this.#counts.skip++
    else if (result.todo) this.#counts.todo++
    else if (result.ok) this.#counts.pass++
    else this.#counts.fail++

    if (result.skip || result.todo) this.#print(`SKIP ${path} ${reason(result)}\n`)
    else if (!result.ok)
      this.#print(`FAIL ${path}\n${JSON.stringify(diagnosis(result), null, 2)}\n`)
  }

  /** Something other than an assertion went wrong. */
  addFailure(what) {
    this.#counts.fail++
    this.#print(`FAIL ${what}\n`)
  }

  end() {
    const { pass, fail, skip, todo } = this.#counts
    const rest = `${skip > 0 ? `, ${skip} skipped` : ''}${todo > 0 ? `, ${todo} todo` : ''}`
    this.#print(`\n${pass} passed, ${fail} failed${rest}\n`)
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
