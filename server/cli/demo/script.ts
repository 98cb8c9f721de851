import type { Priority } from '../../conversation/table.ts'

export type Medium = 'email' | 'whatsapp' | 'telegram' | 'marketplace' | 'instagram' | 'phone'
export type Team = 'sales' | 'service' | 'shipping'

/** How one kind of conversation goes. `{slots}` are filled in for each customer. */
export interface Script {
  language: 'id' | 'en'
  subject: string
  team: Team
  tags: string[]
  priority?: Priority
  /** Where it may begin; default: everywhere but the phone. */
  media?: Medium[]
  turns: Turn[]
}

export interface Turn {
  by: 'customer' | 'agent' | 'note'
  /** One of these is said. */
  texts: string[]
  file?: 'photo' | 'invoice'
  /** From here on they write elsewhere. */
  via?: Medium
}

type More = Pick<Turn, 'file' | 'via'>

export const says = (texts: string | string[], more: More = {}): Turn =>
  turn('customer', texts, more)
export const answers = (texts: string | string[], more: More = {}): Turn =>
  turn('agent', texts, more)
export const notes = (texts: string | string[]): Turn => turn('note', texts, {})

const turn = (by: Turn['by'], texts: string | string[], more: More): Turn => ({
  by,
  texts: Array.isArray(texts) ? texts : [texts],
  ...more
})
