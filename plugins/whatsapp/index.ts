import type { SapaPlugin } from 'sapa/plugin-api'
import { whatsappChannel } from './channel.ts'
import { whatsappTools } from './tools.ts'

export default {
  setup(sapa) {
    const tools = whatsappTools(sapa)
    const { people } = tools
    sapa.channel(whatsappChannel(tools))
    sapa.personal({
      export: customer => people.export(customer),
      erase: customer => people.erase(customer)
    })
    sapa.jobs.handle('forget', () => people.forgetOld(Date.now()))
    sapa.jobs.every('forget', '17 3 * * *')
  }
} satisfies SapaPlugin
