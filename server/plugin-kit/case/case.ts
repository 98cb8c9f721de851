import type { Skip } from '../check.ts'
import type { Place } from '../place.ts'
import type { World } from '../world.ts'
import type { ChannelSpec } from '../spec.ts'

/** One promise of a channel, and how it is put to the test. */
export interface Case {
  number: number
  name: string
  /** Throws what is wrong. Answers why it says nothing. */
  check(stage: Stage): Promise<Skip | void> | Skip
}

/** What a case may use. Worlds are closed when it ends. */
export interface Stage {
  place: Place
  spec: ChannelSpec
  /** A fresh installation with a fresh provider. */
  world(options?: { place?: Place }): Promise<World>
}
