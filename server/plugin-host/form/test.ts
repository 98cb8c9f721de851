import { anySignal } from '../../any-signal.ts'
import { DomainError } from '../../errors.ts'
import type { TestAnswer } from '../../plugin-api/plugin.ts'
import type { Active } from '../active.ts'
import { openForm, readForm } from './form.ts'
import { secretsIn } from '../mask.ts'
import { hostInScopes } from '../net-scope.ts'
import type { HostTools } from '../tools.ts'
import { quietText } from '../veil.ts'

const patienceMs = 15_000
const longest = 500

/** Null: the plugin failed, which stands in its log. */
export type TestResult = TestAnswer | null

/** Gives what is typed to the plugin's own test. Nothing is stored. Throws InvalidInput. */
export async function testForm(
  tools: Pick<HostTools, 'calls' | 'fetcher' | 'secrets'>,
  active: Active,
  body: Record<string, unknown>
): Promise<TestResult> {
  const { plugin, stored } = active
  if (!plugin.settings || !plugin.test) throw new DomainError('plugin_no_test', 409)
  const schema = plugin.settings
  const form = readForm(schema, body, stored, tools.secrets)
  const values = openForm(schema, form, tools.secrets)
  const secrets = secretsIn(schema, values)
  const forget = tools.calls.faults.hide(active.id, Symbol('test'), () => secrets)
  const guarded = tools.fetcher.within(host => hostInScopes(host, active.manifest.scopes))
  const run = async (stop: AbortSignal) => {
    const signal = anySignal(stop, active.stop.signal)
    const fetch: typeof guarded = (url, init = {}) =>
      guarded(url, { ...init, signal: anySignal(signal, init.signal) })
    return checked(await plugin.test?.(values, { fetch, signal }), secrets)
  }
  try {
    return await tools.calls.run(active.id, 'test', run, { timeoutMs: patienceMs })
  } catch {
    // The call has counted and kept it; the person at the form is told that it went wrong.
    return null
  } finally {
    forget()
  }
}

function checked(answer: unknown, secrets: string[]): TestAnswer {
  const { isOk, text: given } = Object(answer) as Partial<TestAnswer>
  const { en, id } = Object(given) as Partial<TestAnswer['text']>
  if (typeof isOk !== 'boolean' || typeof en !== 'string' || typeof id !== 'string') {
    throw new Error('test must answer { isOk, text: { en, id } }')
  }
  const text = quietText({ en, id }, secrets)
  return { isOk, text: { en: text.en.slice(0, longest), id: text.id.slice(0, longest) } }
}
