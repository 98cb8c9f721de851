import { DomainError } from '../../errors.ts'
import type { TestAnswer } from '../../plugin-api/plugin.ts'
import type { Active } from '../active.ts'
import { openForm, readForm } from './form.ts'
import { secretsIn } from '../mask.ts'
import { hostInScopes } from '../net-scope.ts'
import type { HostTools } from '../tools.ts'

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
  tools.calls.faults.hide(active.id, 'test', () => secretsIn(schema, values))
  const guarded = tools.fetcher.within(host => hostInScopes(host, active.manifest.scopes))
  const run = async (stop: AbortSignal) => {
    const signal = AbortSignal.any([stop, active.stop.signal])
    const fetch: typeof guarded = (url, init = {}) =>
      guarded(url, {
        ...init,
        signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal
      })
    return checked(await plugin.test?.(values, { fetch, signal }))
  }
  try {
    return await tools.calls.run(active.id, 'test', run, { timeoutMs: patienceMs })
  } catch {
    // The call has counted and kept it; the person at the form is told that it went wrong.
    return null
  } finally {
    tools.calls.faults.hide(active.id, 'test', () => [])
  }
}

function checked(answer: unknown): TestAnswer {
  const { isOk, text } = Object(answer) as Partial<TestAnswer>
  const { en, id } = Object(text) as Partial<TestAnswer['text']>
  if (typeof isOk !== 'boolean' || typeof en !== 'string' || typeof id !== 'string') {
    throw new Error('test must answer { isOk, text: { en, id } }')
  }
  return { isOk, text: { en: en.slice(0, longest), id: id.slice(0, longest) } }
}
