import type { Case } from './case/case.ts'
import { changeCases } from './case/change.ts'
import { courtesyCases } from './case/courtesy.ts'
import { enduranceCases } from './case/endurance.ts'
import { historyCases } from './case/history.ts'
import { hostileCases } from './case/hostile.ts'
import { identityCases } from './case/identity.ts'
import { inboundCases } from './case/inbound.ts'
import { lifeCases } from './case/life.ts'
import { mediaCases } from './case/media.ts'
import { messengerCases } from './case/messenger.ts'
import { orderCases } from './case/order.ts'
import { outboundCases } from './case/outbound.ts'
import { paperCases } from './case/paper.ts'
import { receiptCases } from './case/receipt.ts'
import { secretCases } from './case/secret.ts'
import { shapeCases } from './case/shape.ts'
import { troubleCases } from './case/trouble.ts'
import type { Tier } from './report.ts'

const groups = [
  ...[shapeCases, lifeCases, inboundCases, hostileCases, outboundCases, secretCases],
  ...[mediaCases, receiptCases, troubleCases, orderCases, identityCases],
  ...[historyCases, paperCases, enduranceCases, courtesyCases, changeCases, messengerCases]
]

/** Every case once, in order. The numbers never change their meaning. */
export const cases: readonly (Case & { tier: Tier })[] = groups
  .flat()
  .map(one => ({ ...one, tier: tierAt(one.number) }))
  .toSorted((a, b) => a.number - b.number)

function tierAt(number: number): Tier {
  if (number <= 21) return 'bronze'
  return number <= 35 ? 'silver' : 'gold'
}
