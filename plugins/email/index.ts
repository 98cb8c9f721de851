import type { SapaPlugin } from 'sapa/plugin-api'
import { emailChannel, type OpenAccounts } from './channel.ts'

export default {
  setup(sapa) {
    const open: OpenAccounts = new Map()
    sapa.channel(emailChannel(sapa, open))
  }
} satisfies SapaPlugin
