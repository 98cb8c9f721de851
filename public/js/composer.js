import { behavior } from './registry.js'
import { isDraftEvent, keepDraft, putDraft, readDraft } from './draft.js'
import { listen, randomId, word } from './dom.js'
import { now } from './clock.js'

const idleMs = 800

behavior('composer', form => {
  const area = form.querySelector('textarea')
  const served = JSON.parse(form.dataset.drafts || '{}')
  let kind = chosenKind(form)
  served[kind] ??= { text: area.defaultValue, at: Number(form.dataset.draftAt ?? 0) }
  let timer = 0
  let saving = new AbortController()
  let unsaved = false
  let sent = null

  const key = () => `${form.dataset.draftKey}:${kind}`
  const say = name => sayIn(form, name)

  function fill() {
    const local = readDraft(key())
    const server = served[kind] ?? { text: '', at: 0 }
    const { text } = local.at > server.at ? local : server
    if (text !== area.value) setText(area, text)
    say(text ? 'draftSaved' : '')
  }

  function edited() {
    say(keepDraft(key(), area.value, now()) ? 'draftLocal' : '')
    unsaved = true
    clearTimeout(timer)
    timer = setTimeout(save, idleMs)
  }

  async function save() {
    clearTimeout(timer)
    if (!unsaved || !form.dataset.draftUrl) return
    unsaved = false
    served[kind] = { text: area.value, at: now() }
    saving.abort()
    saving = new AbortController()
    const reply = await putDraft(form.dataset.draftUrl, kind, area.value, saving.signal).catch(
      () => null
    )
    if (reply?.ok && !unsaved) say(area.value ? 'draftSaved' : '')
    if (reply && !reply.ok) unsaved = true
  }

  function switchMode() {
    save()
    kind = chosenKind(form)
    fill()
    area.focus()
  }

  function keys(event) {
    if (event.isComposing || event.key === 'Process') return
    if (event.key === 'Escape') return area.blur()
    const enterSends = 'enterSends' in form.dataset && !event.shiftKey
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey || enterSends)) return
    event.preventDefault()
    if (area.value.trim() || area.readOnly) form.requestSubmit(submitter(form, event))
  }

  // Free words cannot leave now: the same button offers what can.
  function offered(event) {
    event.preventDefault()
    event.stopImmediatePropagation()
    form.querySelector('[data-template-open]:not([hidden])')?.click()
  }

  function submitted(event) {
    if (area.readOnly) return offered(event)
    clearTimeout(timer)
    saving.abort()
    unsaved = false
    sent = { kind, text: area.value }
  }

  // Only what left is forgotten; what was typed since stays. A failed send keeps everything.
  function answered(event) {
    const context = event.detail.ctx
    if (context.sourceElement !== form || !sent) return
    const ok = context.response?.raw?.ok
    const { kind: sentKind, text } = sent
    sent = null
    if (!ok) {
      unsaved = true
      return say('draftLocal')
    }
    served[sentKind] = { text: '', at: now() }
    if (kind === sentKind && area.value !== text) return
    keepDraft(`${form.dataset.draftKey}:${sentKind}`, '', 0)
    if (kind === sentKind) setText(area, '')
    say('')
    if (sentKind === 'reply')
      for (const field of form.querySelectorAll('[data-once]')) field.value = ''
    const once = form.querySelector('[name=idempotency_key]')
    if (once) once.value = randomId()
  }

  function elsewhere(event) {
    if (!isDraftEvent(event, key())) return
    if (document.activeElement === area) say('draftElsewhere')
    else setText(area, readDraft(key()).text)
  }

  fill()
  const stops = [
    listen(area, { input: edited, keydown: keys, blur: save }),
    listen(form, { change: event => event.target.name === 'kind' && switchMode() }),
    listen(form, { submit: submitted }, true),
    listen(document, { 'htmx:after:request': answered, 'htmx:error': answered }),
    listen(window, { pagehide: save, storage: elsewhere })
  ]
  return () => {
    save()
    stops.forEach(stop => stop())
  }
})

// A click on a mode's tab (or its key) also works when that mode is already chosen.
behavior('compose', button =>
  listen(button, {
    click: () => {
      const form = document.getElementById(button.dataset.composer)
      const mode = form?.querySelector(`[name=kind][value="${button.dataset.mode}"]`)
      if (mode && !mode.checked) mode.click()
      form?.querySelector('textarea').focus()
    }
  })
)

const chosenKind = form =>
  form.querySelector('[name=kind]:checked, [name=kind][type=hidden]')?.value ?? 'reply'

const submitter = (form, event) =>
  event.shiftKey ? form.querySelector('[data-send-and-close]') : undefined

function setText(area, text) {
  area.value = text
  area.dispatchEvent(new CustomEvent('sapa:filled', { bubbles: true }))
}

function sayIn(form, name) {
  const output = form.querySelector('[data-saved]')
  if (output) output.textContent = name ? word(name) : ''
}
