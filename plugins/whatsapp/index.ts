import type { SapaPlugin } from 'sapa/plugin-api'
import { whatsappChannel } from './channel.ts'
import { whatsappTools } from './tools.ts'

export default {
  setup(sapa) {
    const tools = whatsappTools(sapa)
    sapa.channel(whatsappChannel(tools))
  }
} satisfies SapaPlugin
