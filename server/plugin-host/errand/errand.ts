import { DomainError, InvalidInput } from '../../errors.ts'
import { plainError } from '../../plain-error.ts'

/** What the command line can ask of the plugins. */
export type Errand =
  | { verb: 'list' }
  | { verb: 'find' | 'activate' | 'deactivate' | 'log' | 'settings'; id: string }
  | { verb: 'save'; id: string; typed: Record<string, string> }
  | { verb: 'install'; path: string; isAgreed: boolean }
  | { verb: 'update'; id: string; isAgreed: boolean }
  | { verb: 'rollback' | 'inventory'; id: string }
  | { verb: 'remove'; id: string; data: 'keep' | 'delete' }

/** How it went, in a shape that can be written down. */
export type Answer =
  | { value: unknown }
  | {
      code: string
      status: number
      values: DomainError['values']
      fields: Record<string, string> | null
    }
  | { failure: string }

export function refusalOf(error: unknown): Answer {
  if (error instanceof DomainError) {
    const fields = error instanceof InvalidInput ? error.fields : null
    return { code: error.code, status: error.status, values: error.values, fields }
  }
  return { failure: plainError(error).message }
}

/** What the other process has answered or thrown. */
export function valueOf(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  if ('failure' in answer) throw new Error(answer.failure)
  if (answer.fields) throw new InvalidInput(answer.fields)
  throw new DomainError(answer.code, answer.status, answer.values)
}
