import type { SapaContext } from 'sapa/plugin-api'
import { Numbers } from './hook/numbers.ts'
import { Sightings } from './hook/sightings.ts'
import { People } from './people.ts'

/** What the parts of the plugin share while it is switched on. */
export interface WhatsAppTools {
  sapa: SapaContext
  numbers: Numbers
  sightings: Sightings
  people: People
}

export const whatsappTools = (sapa: SapaContext): WhatsAppTools => ({
  sapa,
  numbers: new Numbers(),
  sightings: new Sightings(),
  people: new People(sapa)
})
