import type { Chat } from './chat.ts'
import { h, icon } from './element.ts'
import { later } from './more.ts'
import { read, write } from './storage.ts'
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
  let tray: ReturnType<Awaited<ReturnType<typeof later>>['drawTray']> | null = null
  /** Files that were given before their code was there: what is written with them waits, too. */
  let coming = 0
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
    ...[problem, h('div', { class: 'bar' }, field, picker, attach, send)]
  )

  /** Nothing to send yet, or files are still on their way. */
  const isUnready = (text: string) =>
    coming > 0 || tray?.isBusy === true || (text === '' && !tray?.count)
  const add = async (files: File[]) => {
    if (files.length === 0) return
    const { persons: whose } = chat
    coming += 1
    const { drawTray } = await later()
    coming -= 1
    if (whose !== chat.persons) return
    tray ??= drawTray(chat, say, () => update())
    problem.after(tray.element)
    tray.add(files)
  }
  let isTouched = false
  let { persons } = chat
  const update = () => {
    if (persons !== chat.persons) {
      isTouched = false
      tray?.clear()
      say('')
    }
    persons = chat.persons
    if (!isTouched) field.value = (read('draft') as string | null) ?? ''
    const { state } = chat
    attach.hidden = !state?.hasFiles
    send.classList.toggle('off', isUnready(field.value.trim()))
  }
  const submit = () => {
    const text = field.value.trim()
    const most = chat.state?.limits.textLength ?? 4000
    if (isUnready(text)) return field.focus()
    if (text.length > most) return say(word('tooLong', { count: most }))
    say('')
    isTouched = true
    chat.send(text, tray?.take() ?? [])
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
    isTouched = true
    say('')
    write('draft', field.value || null)
    if (!chat.state?.isFormOnly) chat.typist?.say(field.value !== '')
    update()
  })
  picker.addEventListener('change', () => {
    void add([...(picker.files ?? [])])
    picker.value = ''
    field.focus()
  })
  field.addEventListener('paste', event => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void add(files)
  })
  // Dropped beside the field, a file would otherwise replace the whole panel.
  addEventListener('dragover', event => event.preventDefault())
  addEventListener('drop', event => {
    event.preventDefault()
    void add([...(event.dataTransfer?.files ?? [])])
  })

  return { element, update, focus: () => field.focus() }
}
