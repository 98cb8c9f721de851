import type { SapaPlugin } from 'sapa/plugin-api'
import { channel } from './channel.ts'

/** Nothing happens when this file is loaded; `setup` registers, Sapa undoes. */
export default {
  setup(sapa) {
    sapa.channel(channel(sapa))
  }
} satisfies SapaPlugin
