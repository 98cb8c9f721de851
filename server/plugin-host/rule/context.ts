import type { RuleContext } from '../../plugin-api/rule.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'

export function ruleContext(
  { offers: { rules } }: Pick<HostTools, 'offers'>,
  active: Active
): RuleContext {
  const { id, disposers, stop } = active
  return {
    rules: {
      condition: condition => {
        assertOn(active)
        return disposers.add(rules.addCondition(id, condition, stop.signal))
      },
      action: action => {
        assertOn(active)
        return disposers.add(rules.addAction(id, action, stop.signal))
      }
    }
  }
}
