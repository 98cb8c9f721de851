import type { Text } from '../../plugin-api/manifest.ts'

/** A filter's wanted refusal. */
export class Refused extends Error {
  readonly why: Text

  constructor(why: Text) {
    super(why.en)
    this.name = 'Refused'
    this.why = why
  }
}
