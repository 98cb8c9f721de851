import { inspect } from 'node:util'
import { stdSerializers } from 'pino'

const longest = 2_000

/**
 * Anything can be thrown: nothing at all, an object without words, one whose members throw when they
 * are read, a text of many megabytes. What comes from here can be logged and shown.
 */
export function plainError(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error)) return new Error(textOf(thrown).slice(0, longest))
    // As the log will read it.
    const { message, stack }: { message: unknown; stack: unknown } = stdSerializers.err(thrown)
    if (isShort(message, longest) && (stack === undefined || isShort(stack, 20 * longest))) {
      return thrown
    }
    return new Error(textOf(message).slice(0, longest))
  } catch {
    return new Error(wordsOf(thrown))
  }
}

/** Of an error that cannot be written on, such as a frozen one, the words are left. */
function wordsOf(thrown: unknown): string {
  try {
    const { message } = thrown as Error
    if (typeof message === 'string') return message.slice(0, longest)
  } catch {
    // Told below.
  }
  return 'Something was thrown that cannot be read'
}

const isShort = (text: unknown, most: number) => typeof text === 'string' && text.length <= most

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  return inspect(thrown, {
    depth: 1,
    customInspect: false,
    getters: false,
    maxStringLength: longest
  })
}
