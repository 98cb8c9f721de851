import type { Bot, Chat, Message, Person } from './bot.ts'
import type { Update } from './queue.ts'

export const budi: Person = {
  ...{ id: 771_001, first_name: 'Budi', last_name: 'Santoso' },
  ...{ username: 'budis', language_code: 'id' }
}

export type Words = Record<string, unknown>

/** A customer writes: `{ text }`, `{ photo: […], caption }`, `{ location }`, as the Bot API shows it. */
export function write(bot: Bot, person: Person, words: Words, chat?: Chat): Message {
  const place = chat ?? bot.chatOf(person)
  if (!chat && bot.blocked.delete(person.id)) tellMembership(bot, person, 'kicked', 'member')
  const message = bot.keep({
    message_id: bot.nextMessageId(place.id),
    from: { is_bot: false, ...person },
    chat: place,
    date: Math.floor(Date.now() / 1000),
    ...words
  })
  bot.updates.add({ message })
  return message
}

/** A file as it stands in what is written. `size`: what Telegram says, when the bytes are but a sample. */
export function fileIn(bot: Bot, bytes: Buffer, facts: Words, size = bytes.length): Words {
  const file_id = bot.addFile(bytes, 'bin', size)
  return { ...facts, file_id, file_unique_id: `u${file_id}`, file_size: size }
}

export function edit(bot: Bot, message: Message, words: Words): Update | null {
  const changed = bot.keep({ ...message, ...words, edit_date: Math.floor(Date.now() / 1000) })
  return bot.updates.add({ edited_message: changed })
}

/** In a group, only a bot that is its admin is told. A channel reacts as itself. */
export function react(
  bot: Bot,
  person: Person | Chat,
  messageId: number,
  emojis: string[],
  chat?: Chat
): void {
  bot.updates.add({
    message_reaction: {
      chat: chat ?? bot.chatOf(person as Person),
      message_id: messageId,
      ...('type' in person ? { actor_chat: person } : { user: { is_bot: false, ...person } }),
      date: Math.floor(Date.now() / 1000),
      old_reaction: [],
      new_reaction: emojis.map(emoji => ({ type: 'emoji', emoji }))
    }
  })
}

/** A button below one of our messages. Answers the id of the query. */
export function press(bot: Bot, person: Person, message: Message, data: string): string {
  const id = String(3_309_200_000_000_000 + bot.answered.length + bot.updates.pending.length + 1)
  bot.updates.add({
    callback_query: {
      ...{ id, from: { is_bot: false, ...person }, message, data },
      chat_instance: String(-person.id)
    }
  })
  return id
}

export function block(bot: Bot, person: Person): void {
  bot.blocked.set(person.id, 'bot was blocked by the user')
  tellMembership(bot, person, 'member', 'kicked')
}

export function unblock(bot: Bot, person: Person): void {
  if (bot.blocked.delete(person.id)) tellMembership(bot, person, 'kicked', 'member')
}

function tellMembership(bot: Bot, person: Person, before: string, after: string): void {
  const date = Math.floor(Date.now() / 1000)
  bot.updates.add({
    my_chat_member: {
      ...{ chat: bot.chatOf(person), from: { is_bot: false, ...person }, date },
      old_chat_member: { user: bot.me, status: before },
      new_chat_member: { user: bot.me, status: after }
    }
  })
}
