import type { SapaPlugin } from 'sapa/plugin-api'
import { telegramChannel } from './channel.ts'
import { telegramTools } from './tools.ts'

export default {
  async setup(sapa) {
    const tools = telegramTools(sapa)
    await tools.learnLocale()
    sapa.channel(telegramChannel(tools))
  }
} satisfies SapaPlugin
