import { plainError } from '../plain-error.ts'
import type { AccountContext } from '../plugin-api/account.ts'
import type {
  ChannelDefinition,
  ChannelSession,
  ProbeResult,
  ProbeStep
} from '../plugin-api/channel.ts'
import type { Text } from '../plugin-api/manifest.ts'
import { hideIn, maskedCopy, secretsIn } from './mask.ts'

/**
 * What a plugin threw, without its secrets: the words go on to pages, to other plugins and into the
 * database. The same error where it can be written on, so that others still know what it is.
 */
export function veiled(thrown: unknown, secrets: string[]): unknown {
  if (secrets.length === 0) return thrown
  const error = plainError(thrown)
  const [told, safe] = [maskedCopy(error, []), maskedCopy(error, secrets)]
  if (JSON.stringify(told) === JSON.stringify(safe)) return thrown
  if (error !== thrown) return Object.assign(error, words(error, secrets), kindOf(thrown, secrets))
  try {
    return rewrite(error, secrets)
  } catch {
    return Object.assign(new Error(hideIn(error.message, secrets)), kindOf(error, secrets))
  }
}

const words = ({ message, stack = '' }: Error, secrets: string[]) => ({
  message: hideIn(message, secrets),
  stack: hideIn(stack, secrets)
})

/** These say what the error is; none of them is a text for people. */
const kinds = new Set(['name', 'failure', 'code'])

function rewrite(error: Error, secrets: string[]): Error {
  Object.assign(error, words(error, secrets))
  if (error.cause !== undefined) error.cause = veiled(error.cause, secrets)
  const own = error as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(error)) {
    if (!kinds.has(name) && name !== 'cause') own[name] = textsHidden(value, secrets)
  }
  return error
}

/** A copy, because what hangs on an error may be the plugin's own settings. */
const textsHidden = (value: unknown, secrets: string[]) =>
  typeof value === 'string' || (typeof value === 'object' && value !== null)
    ? maskedCopy(value, secrets)
    : value

function kindOf(error: unknown, secrets: string[]) {
  const { failure, detail } = Object(error) as { failure?: unknown; detail?: unknown }
  return { ...(failure !== undefined && { failure, detail: maskedCopy(detail, secrets) }) }
}

/** A channel whose connection test tells no secret of the form that is tried. */
export function quietProbe(
  definition: ChannelDefinition,
  hide: (secrets: () => string[]) => () => void
): Pick<ChannelDefinition, 'probe'> {
  if (!definition.probe) return {}
  return {
    probe: async (settings, signal, report) => {
      const secrets = secretsIn(definition.settings, settings)
      const forget = hide(() => secrets)
      try {
        const quiet = (step: ProbeStep) => report(quietStep(step, secrets))
        return (await definition.probe?.(settings, signal, quiet)) as ProbeResult
      } catch (error) {
        throw veiled(error, secrets)
      } finally {
        forget()
      }
    }
  }
}

/** A line's look at the provider, which tells no secret of the account. */
export function quietChecks(
  session: ChannelSession,
  secrets: () => string[]
): Pick<ChannelSession, 'checks'> {
  if (!session.checks) return {}
  return {
    checks: async (signal, report) =>
      session.checks?.(signal, step => report(quietStep(step, secrets())))
  }
}

/** What a line says of itself, without its secrets. */
export function quietLine(
  { state, notice }: Pick<AccountContext, 'state' | 'notice'>,
  secrets: () => string[]
): Pick<AccountContext, 'state' | 'notice'> {
  return {
    state: (now, reason) =>
      reason === undefined ? state(now) : state(now, hideIn(reason, secrets())),
    notice: text => notice(text && quietText(text, secrets()))
  }
}

/** A step of a test, as it may be shown. */
function quietStep(step: ProbeStep, secrets: string[]): ProbeStep {
  return {
    ...step,
    ...(step.detail && { detail: quietText(step.detail, secrets) }),
    ...(step.remedy && { remedy: quietText(step.remedy, secrets) })
  }
}

export const quietText = ({ en, id }: Text, secrets: string[]): Text => ({
  en: hideIn(en, secrets),
  id: hideIn(id, secrets)
})
