import type { ChatEvent, ChatMessage, History } from '../../wire.ts'
import { tell } from './bridge.ts'
import type { Chat } from './chat.ts'
import { Line } from './line.ts'
import { beep } from './sound.ts'
import { read } from './storage.ts'

/** The line of who has written, and what it brings. */
export function listen(chat: Chat): Line {
  return new Line({
    api: chat.api,
    after: () => chat.said.heardSeq,
    event: (event, isOwn) => hear(chat, event, isOwn),
    poll: async () =>
      chat.adopt(await chat.api.get<History>(`messages?after=${chat.said.heardSeq}`)),
    connected: isSo => chat.connection.is(isSo),
    refused: refusal => chat.refused(refusal)
  })
}

function hear(chat: Chat, event: ChatEvent, isOwn: boolean): void {
  const { said } = chat
  if (event.type === 'message') hearMessage(chat, event.message, isOwn)
  else if (event.type === 'read') said.agentSeq = Math.max(said.agentSeq, event.seq)
  else if (event.type === 'mailed') event.seqs.forEach(seq => said.mailed.add(seq))
  else if (event.type === 'typing') chat.typist?.hear(event)
  else if (event.type === 'state') chat.state = event.state
  else return chat.ended()
  chat.changed()
}

function hearMessage(chat: Chat, message: ChatMessage, isOwn: boolean): void {
  const { said, state, outbox } = chat
  const isNew = !said.has(message.seq)
  if (isOwn) said.hear(message)
  else said.add(message)
  if (message.clientId) outbox.drop(message.clientId)
  if (message.from !== 'visitor') chat.typist?.hear({ name: '', isTyping: false })
  chat.mark()
  if (!isNew || message.from === 'visitor' || message.seq <= said.readSeq) return
  const name = message.author?.name ?? state?.name ?? ''
  tell({ sapa: 'message', text: message.text.slice(0, 200), name })
  if (state?.hasSound && read('quiet') === null) beep()
}
