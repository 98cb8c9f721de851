/**
 * The conformance kit: puts a channel to the test that its provider would put it to.
 * A spec in `test/conformance.ts` needs only the types from here.
 */
export type * from './spec.ts'
export type * from './spec-tools.ts'
export type * from './report.ts'
export { reportText } from './report.ts'
export { checkChannel, type CheckOptions } from './run.ts'
export { keptReport, type Kept } from './kept.ts'
export { testPlugin } from './test-plugin.ts'
