import type { SapaContext } from 'sapa/plugin-api'
import { Numbers } from './hook/numbers.ts'

/** What the parts of the plugin share while it is switched on. */
export interface WhatsAppTools {
  sapa: SapaContext
  numbers: Numbers
}

export const whatsappTools = (sapa: SapaContext): WhatsAppTools => ({
  sapa,
  numbers: new Numbers()
})
