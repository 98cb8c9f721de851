import type { RecordContext } from '../../plugin-api/records.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'
import { handleErasures } from './erase.ts'

export function personalContext(tools: HostTools, active: Active): Pick<RecordContext, 'personal'> {
  const { id, manifest, stop, disposers } = active
  return {
    personal: records => {
      assertOn(active)
      if (!manifest.personalData) {
        throw new Error('plugin.json does not say personalData: true')
      }
      const remove = tools.offers.personal.add(id, records, stop.signal)
      const stopErasing = handleErasures(tools, id)
      return disposers.add(async () => {
        await stopErasing()
        await remove()
      })
    }
  }
}
