import type { FormFile } from './form.ts'
import { UpdateQueue } from './queue.ts'

export interface Person {
  id: number
  first_name: string
  last_name?: string
  username?: string
  language_code?: string
}

export interface Chat {
  id: number
  type: 'private' | 'group' | 'supergroup' | 'channel'
  title?: string
  first_name?: string
  last_name?: string
  username?: string
  is_forum?: boolean
}

export type Message = Record<string, unknown> & { message_id: number; chat: Chat }

/** One call that the bot has made and that was carried out. */
export interface Sent {
  method: string
  values: Record<string, unknown>
  files: Map<string, FormFile>
  /** What came of it; several for an album. */
  messages: Message[]
}

/** One bot at the stand-in: who has started it, what was said, what it has sent. */
export class Bot {
  readonly token: string
  readonly me: { id: number; is_bot: true; first_name: string; username: string } & Record<
    string,
    unknown
  >
  readonly updates: UpdateQueue
  readonly chats = new Map<number, Chat>()
  readonly blocked = new Map<number, string>()
  /** Groups that have become supergroups. */
  readonly migrated = new Map<number, number>()
  readonly messages = new Map<string, Message>()
  readonly files = new Map<string, { bytes: Buffer; size: number; path: string }>()
  readonly sent: Sent[] = []
  /** Told of the messages of each call. */
  onSent: ((messages: Message[]) => void) | null = null
  readonly reactions = new Map<string, string[]>()
  readonly actions: { chat: number; action: string }[] = []
  readonly answered: string[] = []
  /** What was done to messages that were there. */
  readonly acts: { what: 'react' | 'edit' | 'remove'; remoteId: string; text?: string }[] = []
  isRevoked = false
  readonly #last = new Map<number, number>()

  constructor(token: string, username: string, name: string) {
    this.token = token
    const id = Number(token.split(':')[0])
    this.me = {
      ...{ id, is_bot: true, first_name: name, username },
      ...{ can_join_groups: true, can_read_all_group_messages: false }
    }
    this.updates = new UpdateQueue()
  }

  /** Private chats and basic groups number the bot's messages together; each chat by itself is as good here. */
  nextMessageId(chat: number): number {
    const id = (this.#last.get(chat) ?? 500) + 1
    this.#last.set(chat, id)
    return id
  }

  keep(message: Message): Message {
    this.messages.set(`${message.chat.id}:${message.message_id}`, message)
    return message
  }

  message(chat: number, id: number): Message | undefined {
    return this.messages.get(`${chat}:${id}`)
  }

  /** A private chat, begun by its person. */
  chatOf(person: Person): Chat {
    const { id, language_code: _, ...names } = person
    const chat: Chat = { id, type: 'private', ...names }
    this.chats.set(id, chat)
    return chat
  }

  addFile(bytes: Buffer, ending: string, size = bytes.length): string {
    const id = `AgAC${this.me.id}_${this.files.size + 1}`
    this.files.set(id, { bytes, size, path: `documents/file_${this.files.size}.${ending}` })
    return id
  }
}
