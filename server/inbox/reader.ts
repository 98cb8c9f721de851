import type { Agent } from '../agent/table.ts'
import { DomainError } from '../errors.ts'
import type { Translator } from '../i18n/words.ts'
import type { Request } from '../web/app.ts'

/** Who looks at a page, and in which language and time zone. */
export interface Reader {
  agent: Agent
  words: Translator
  /** The last event that what they see is sure to know of. */
  liveSince: string
}

/** The signed-in reader of a request. The permission gate has refused everybody else already. */
export function readerOf(request: Request): Reader {
  if (!request.agent) throw new DomainError('signed_out', 401)
  const { agent, words, liveSince } = request
  return { agent, words, liveSince }
}
