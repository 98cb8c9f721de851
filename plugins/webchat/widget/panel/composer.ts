import type { Chat } from './chat.ts'
import { h, icon } from './element.ts'
import { read, write } from './storage.ts'
import { drawTray } from './tray.ts'
import { word } from './word.ts'

/** Where one writes: Enter sends, Shift+Enter is a new line, files come by button, paste and drop. */
export function drawComposer(chat: Chat) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true })
  const say = (text: string) => {
    problem.textContent = text
    problem.hidden = text === ''
  }
  const field = h('textarea', {
    ...{ rows: 1, dir: 'auto', enterkeyhint: 'send', 'aria-label': word('placeholder') },
    placeholder: word('placeholder')
  })
  const tray = drawTray(chat, say, () => update())
  const picker = h('input', { type: 'file', multiple: true, hidden: true, tabindex: -1 })
  const attach = h(
    'button',
    {
      ...{ type: 'button', class: 'icon', 'aria-label': word('attach'), title: word('attach') },
      onclick: () => picker.click()
    },
    icon('clip')
  )
  const send = h(
    'button',
    { type: 'submit', class: 'send', 'aria-label': word('send'), title: word('send') },
    icon('send')
  )
  const element = h(
    'form',
    { class: 'compose', novalidate: true },
    ...[problem, tray.element, h('div', { class: 'bar' }, field, picker, attach, send)]
  )

  const update = () => {
    const { state } = chat
    attach.hidden = !state?.hasFiles
    send.classList.toggle('off', tray.isBusy || (field.value.trim() === '' && tray.count === 0))
  }
  const submit = () => {
    const text = field.value.trim()
    const most = chat.state?.limits.textLength ?? 4000
    if (tray.isBusy || (text === '' && tray.count === 0)) return field.focus()
    if (text.length > most) return say(word('tooLong', { count: most }))
    say('')
    chat.send(text, tray.take())
    field.value = ''
    write('draft', null)
    update()
    field.focus()
  }

  element.addEventListener('submit', event => {
    event.preventDefault()
    submit()
  })
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  })
  field.addEventListener('input', () => {
    say('')
    write('draft', field.value || null)
    chat.typing(field.value !== '')
    update()
  })
  picker.addEventListener('change', () => {
    void tray.add([...(picker.files ?? [])])
    picker.value = ''
    field.focus()
  })
  field.addEventListener('paste', event => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void tray.add(files)
  })
  // Dropped beside the field, a file would otherwise replace the whole panel.
  addEventListener('dragover', event => event.preventDefault())
  addEventListener('drop', event => {
    event.preventDefault()
    void tray.add([...(event.dataTransfer?.files ?? [])])
  })
  field.value = (read('draft') as string | null) ?? ''

  return { element, update, focus: () => field.focus() }
}
