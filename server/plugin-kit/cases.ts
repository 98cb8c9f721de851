import { hostileCases } from './case/hostile.ts'
import { inboundCases } from './case/inbound.ts'
import { lifeCases } from './case/life.ts'
import { outboundCases } from './case/outbound.ts'
import { secretCases } from './case/secret.ts'
import { shapeCases } from './case/shape.ts'
import type { Case } from './case/case.ts'
import type { Tier } from './report.ts'

/** Every case once, in order. The numbers never change their meaning. */
export const cases: readonly (Case & { tier: Tier })[] = [
  ...[
    ...[shapeCases, lifeCases, inboundCases, hostileCases, outboundCases, secretCases].flat()
  ].map(one => ({ ...one, tier: tierAt(one.number) }))
].toSorted((a, b) => a.number - b.number)

function tierAt(number: number): Tier {
  if (number <= 21) return 'bronze'
  return number <= 35 ? 'silver' : 'gold'
}
