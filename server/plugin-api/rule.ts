import type { Text } from './manifest.ts'
import type { Dispose } from './plugin.ts'
import type { SettingsSchema, SettingsValues } from './settings.ts'

/** What a rule speaks of. */
export interface RuleFacts {
  conversation: number
  customer: number
  /** The message that set the rule off. */
  message: number | null
}

export interface RuleCondition {
  /** Unique in the plugin; rules store `<plugin>.<id>`. */
  id: string
  label: Text
  /** Form of its particulars. */
  params?: SettingsSchema
  /** Has 5 s. */
  test(params: SettingsValues, facts: RuleFacts, signal: AbortSignal): Promise<boolean>
}

export interface RuleAction {
  id: string
  label: Text
  params?: SettingsSchema
  /** Has 30 s; may be called again after a crash. */
  run(params: SettingsValues, facts: RuleFacts, signal: AbortSignal): Promise<void>
}

/** What `sapa` offers for rules. */
export interface RuleContext {
  readonly rules: {
    /** A question that a rule can ask. */
    condition(condition: RuleCondition): Dispose
    /** Something that a rule can do. */
    action(action: RuleAction): Dispose
  }
}
