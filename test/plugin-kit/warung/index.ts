import type { SapaPlugin } from 'sapa/plugin-api'
import { fault } from './fault.ts'
import { warungChannel } from './channel.ts'

if (fault === 'acts at import') Reflect.set(globalThis, 'warung', true)

/** A chat with everything that a channel can have, for the tests of the kit. */
export default {
  setup(sapa) {
    sapa.channel(warungChannel(sapa))
  }
} satisfies SapaPlugin
