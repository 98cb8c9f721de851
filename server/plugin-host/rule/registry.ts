import type { Dispose } from '../../plugin-api/plugin.ts'
import type { RuleAction, RuleCondition, RuleFacts } from '../../plugin-api/rule.ts'
import type { SettingsSchema, SettingsValues } from '../../plugin-api/settings.ts'
import { notFound } from '../../errors.ts'
import type { Calls } from '../call/call.ts'
import { untilOff } from '../call/until-off.ts'
import { emptyForm, openForm, readForm } from '../form/form.ts'

/** One part of a rule that an active plugin brings. Rules store its `key`. */
export interface RulePart<Part extends RuleCondition | RuleAction> {
  key: string
  plugin: string
  part: Part
  /** Aborted when the plugin is switched off. */
  signal: AbortSignal
}

interface Kind<Part extends RuleCondition | RuleAction> {
  name: string
  timeoutMs: number
  all: Map<string, RulePart<Part>>
}

/** Conditions and actions of active plugins. */
export class Rules {
  readonly #calls: Calls
  readonly #conditions: Kind<RuleCondition> = newKind('rule condition', 5_000)
  readonly #actions: Kind<RuleAction> = newKind('rule action', 30_000)

  constructor(calls: Calls) {
    this.#calls = calls
  }

  addCondition(plugin: string, condition: RuleCondition, signal: AbortSignal): Dispose {
    if (typeof condition.test !== 'function') throw new Error('The condition has no function test')
    return register(this.#conditions, { plugin, part: condition, signal })
  }

  addAction(plugin: string, action: RuleAction, signal: AbortSignal): Dispose {
    if (typeof action.run !== 'function') throw new Error('The action has no function run')
    return register(this.#actions, { plugin, part: action, signal })
  }

  conditions(): RulePart<RuleCondition>[] {
    return inOrder(this.#conditions)
  }

  actions(): RulePart<RuleAction>[] {
    return inOrder(this.#actions)
  }

  /** Throws not_found, InvalidInput for the particulars, and what the plugin or its call threw. */
  async test(key: string, params: Given, facts: RuleFacts): Promise<boolean> {
    const found = findPart(this.#conditions, key)
    const { part } = found
    const values = readParams(part.params, params)
    return this.#call(this.#conditions, found, async signal => {
      const holds: unknown = await part.test(values, { ...facts }, signal)
      if (typeof holds === 'boolean') return holds
      throw new TypeError(`The condition ${key} did not answer true or false`)
    })
  }

  /** The same for an action. */
  async run(key: string, params: Given, facts: RuleFacts): Promise<void> {
    const found = findPart(this.#actions, key)
    const { part } = found
    const values = readParams(part.params, params)
    await this.#call(this.#actions, found, signal => part.run(values, { ...facts }, signal))
  }

  async #call<T>(
    { name, timeoutMs }: { name: string; timeoutMs: number },
    { key, plugin, signal }: Omit<RulePart<never>, 'part'>,
    work: (signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    const entry = `${name} ${key}`
    try {
      const untilThen = (stop: AbortSignal) => untilOff(work(stop), signal)
      return await this.#calls.run(plugin, entry, untilThen, { timeoutMs, signal })
    } catch (error) {
      throw signal.aborted ? notFound('rule') : error
    }
  }
}

type Given = Record<string, unknown>

function newKind<Part extends RuleCondition | RuleAction>(
  name: string,
  timeoutMs: number
): Kind<Part> {
  return { name, timeoutMs, all: new Map() }
}

function register<Part extends RuleCondition | RuleAction>(
  { name, all }: Kind<Part>,
  given: Omit<RulePart<Part>, 'key'>
): Dispose {
  const { id, label, params = {} } = given.part
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(id)) throw new Error(`The ${name} ${id} has no usable id`)
  if (!label?.en || !label.id) throw new Error(`The ${name} ${id} has no label in en and id`)
  // Rules lie in the database as they are, so a secret in one would lie there in the open.
  if (Object.values(params).some(field => field.type === 'secret')) {
    throw new Error(`The ${name} ${id} asks for a secret; those belong into the settings`)
  }
  const key = `${given.plugin}.${id}`
  if (all.has(key)) throw new Error(`The ${name} ${id} is registered already`)
  const entry = { key, ...given }
  all.set(key, entry)
  return () => {
    if (all.get(key) === entry) all.delete(key)
  }
}

function findPart<Part extends RuleCondition | RuleAction>(
  { all }: Kind<Part>,
  key: string
): RulePart<Part> {
  const found = all.get(key)
  if (!found) throw notFound('rule')
  return found
}

function inOrder<Part extends RuleCondition | RuleAction>({ all }: Kind<Part>): RulePart<Part>[] {
  return [...all.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function readParams(schema: SettingsSchema = {}, params: Given): SettingsValues {
  const noSecrets = { seal: (text: string) => text, open: (text: string) => text }
  return openForm(schema, readForm(schema, params, emptyForm, noSecrets), noSecrets)
}
