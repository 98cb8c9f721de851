import type { ChatFile, ChatMessage } from '../../wire.ts'
import { avatar } from './avatar.ts'
import type { Chat } from './chat.ts'
import { h } from './element.ts'
import type { Said } from './history.ts'
import { later } from './more.ts'
import { linked } from './text.ts'
import { dayKey, dayOf, timeOf } from './time.ts'
import { word } from './word.ts'

interface Line {
  key: string
  /** While it is the same, the node stays; only the foot is written anew. */
  body: string
  foot: string
  draw(): HTMLElement
  isFailed?: boolean
}

interface Spoken {
  clientId?: string | undefined
  seq?: number
  from: 'visitor' | 'agent' | 'auto'
  name: string
  text: string
  files: ChatFile[]
  at: number
  status: string
  isFailed?: boolean
}

/** All that was said. Nodes stay in place, so that a screen reader hears only what is new. */
export function drawLog(chat: Chat) {
  const element = h('div', { role: 'log', 'aria-label': word('log'), class: 'log' })
  const nodes = new Map<string, { body: string; node: HTMLElement }>()

  return {
    element,
    update() {
      const lines = linesOf(chat)
      const keys = new Set(lines.map(({ key }) => key))
      for (const [key, { node }] of nodes) {
        if (keys.has(key)) continue
        node.remove()
        nodes.delete(key)
      }
      let before: ChildNode | null = element.firstChild
      for (const line of lines) {
        const known = nodes.get(line.key)
        const isSame = known?.body === line.body
        const node = known && isSame ? known.node : line.draw()
        nodes.set(line.key, { body: line.body, node })
        if (known && !isSame) {
          if (known.node === before) before = before.nextSibling
          known.node.remove()
        }
        if (node === before) before = before.nextSibling
        else element.insertBefore(node, before)
        writeFoot(chat, node, line)
      }
    }
  }
}

function writeFoot(chat: Chat, node: HTMLElement, { foot, isFailed, key }: Line): void {
  const place = node.querySelector('.foot')
  if (!place || place.getAttribute('data-foot') === foot) return
  place.setAttribute('data-foot', foot)
  node.classList.toggle('failed', isFailed === true)
  place.replaceChildren(foot)
  if (!isFailed) return
  place.append(
    h('button', { type: 'button', onclick: () => chat.outbox.retry(key) }, word('retry')),
    h('button', { type: 'button', onclick: () => chat.outbox.drop(key) }, word('discard'))
  )
}

function linesOf(chat: Chat): Line[] {
  const spoken = allSpoken(chat)
  const lastOwn = spoken.findLast(({ from }) => from === 'visitor')
  return spoken.flatMap((one, index) => {
    const before = spoken[index - 1]
    const after = spoken[index + 1]
    const isNewDay = !before || dayKey(before.at) !== dayKey(one.at)
    const isFirst = isNewDay || !before || !isTogether(before, one)
    const isLast = !after || !isTogether(one, after)
    const key = one.clientId ?? `s${one.seq}`
    const status = one === lastOwn || one.isFailed || one.from !== 'visitor' ? one.status : ''
    const showsFoot = status !== '' || (isLast && one.seq !== 0)
    const line: Line = {
      key,
      body: [isFirst, isLast, one.text, one.name, ...one.files.map(({ id }) => id)].join('|'),
      foot: showsFoot ? [timeOf(one.at), status].filter(Boolean).join(' · ') : '',
      draw: () => bubble(chat, one, isFirst, isLast),
      isFailed: one.isFailed === true
    }
    return isNewDay ? [dayLine(one.at), line] : [line]
  })
}

function allSpoken({ said, outbox, state }: Chat): Spoken[] {
  const messages = said.messages.map(message => ({
    ...message,
    name:
      message.author?.name ?? (message.from === 'auto' ? word('greeting') : (state?.name ?? '')),
    status: statusOf(message, said)
  }))
  const waiting = outbox.items.map(({ message, files, at, problem }) => ({
    ...{ clientId: message.clientId, from: 'visitor' as const, name: '', text: message.text },
    ...{ files, at, isFailed: problem !== undefined },
    status: problem === undefined ? word('sending') : `${word('failed')}. ${problem}`
  }))
  const first = messages[0] ?? waiting[0]
  const hello = { seq: 0, from: 'auto' as const, name: word('greeting'), files: [], status: '' }
  const welcome =
    state?.welcome && !said.hasOlder
      ? [{ ...hello, text: state.welcome, at: first?.at ?? Date.now() }]
      : []
  return [...welcome, ...messages, ...waiting]
}

const statusOf = ({ from, seq }: ChatMessage, { agentSeq, mailed }: Said): string => {
  if (from === 'visitor') return word(seq <= agentSeq ? 'read' : 'sent')
  return mailed.has(seq) ? word('mailed') : ''
}

const isTogether = (one: Spoken, other: Spoken): boolean =>
  one.from === other.from && one.name === other.name && other.at - one.at < 300_000

function bubble(chat: Chat, one: Spoken, isFirst: boolean, isLast: boolean): HTMLElement {
  const isOwn = one.from === 'visitor'
  const whose = isOwn ? word('you') : one.name
  return h(
    'div',
    { class: `msg ${isOwn ? 'out' : 'in'}` },
    h('span', { class: isOwn || !isFirst ? 'sr' : 'who' }, whose),
    h(
      'div',
      { class: 'row' },
      !isOwn &&
        (isLast ? avatar(one.from === 'auto' ? (chat.state?.name ?? '') : one.name) : h('i')),
      h(
        'div',
        { class: 'col' },
        one.text !== '' && h('div', { class: 'bub', dir: 'auto' }, ...linked(one.text)),
        ...one.files.map(file => fileLater(chat, file))
      )
    ),
    h('span', { class: 'foot' })
  )
}

const dayLine = (at: number): Line => ({
  ...{ key: `d${dayKey(at)}`, body: dayOf(at), foot: '' },
  draw: () => h('p', { class: 'day' }, dayOf(at))
})

function fileLater({ api }: Chat, file: ChatFile): HTMLElement {
  const place = h('span', {}, file.name)
  void later().then(({ drawFile }) => place.replaceWith(drawFile(api, file)))
  return place
}
