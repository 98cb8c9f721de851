import { createRequire } from 'node:module'

type Check = ((...given: unknown[]) => unknown) & { errors?: unknown; schemaEnv?: unknown }
type Write = (value: unknown) => string
type Build<Made> = (schemas: unknown, options: unknown) => (route: unknown) => Made

/** The compilers that Fastify brings and would use by itself. */
const load = createRequire(import.meta.resolve('fastify'))
const validators = (): Build<Check> => load('@fastify/ajv-compiler')()
const serializers = (): Build<Write> => load('@fastify/fast-json-stringify-compiler')()

/**
 * Fastify compiles the schemas of all routes at the start, which takes most of it: half a second, and
 * memory for code that may never run. Here each is compiled by the first request that needs it.
 */
export const lateCompilers = {
  buildValidator: (schemas: unknown, options: unknown) => {
    const compiler = once(() => validators()(schemas, options))
    return (route: unknown) => lateCheck(() => compiler()(route))
  },
  buildSerializer: (schemas: unknown, options: unknown) => {
    const compiler = once(() => serializers()(schemas, options))
    return (route: unknown) => {
      const write = once(() => compiler()(route))
      return (value: unknown) => write()(value)
    }
  }
}

function lateCheck(compile: () => Check): Check {
  const check = once(compile)
  const late: Check = (...given) => {
    const isValid = check()(...given)
    late.errors = check().errors
    return isValid
  }
  // By this mark Fastify knows Ajv's functions and lets them replace the value itself.
  late.schemaEnv = true
  return late
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
