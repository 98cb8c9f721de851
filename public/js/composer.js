import { behavior } from './registry.js'
import { isDraftEvent, keepDraft, putDraft, readDraft } from './draft.js'
import { listen, randomId, word } from './dom.js'
import { now } from './clock.js'

const idleMs = 800

/** Fields that do not belong to the message. */
const besides = ['idempotency_key', 'seen', 'files']

/** What is under way, by its request: the form that has sent it may be gone when the answer comes. */
const leaving = new WeakMap()

document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  const sent = leaving.get(ctx)
  if (sent && ctx.response?.raw?.ok && readDraft(sent.key).text === sent.text)
    keepDraft(sent.key, '', 0)
})

behavior('composer', form => {
  const area = form.querySelector('textarea')
  const served = JSON.parse(form.dataset.drafts || '{}')
  let kind = chosenKind(form)
  served[kind] ??= { text: area.defaultValue, at: Number(form.dataset.draftAt ?? 0) }
  let timer = 0
  let saving = new AbortController()
  let unsaved = false
  let posted = null

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

  // The server takes one key for one message: what has changed since the last try is another one.
  function submitted(event) {
    if (area.readOnly) return offered(event)
    const content = contentOf(form)
    if (posted !== null && content !== posted) renewKey(form)
    posted = content
  }

  function leaves({ detail: { ctx } }) {
    if (ctx.sourceElement !== form) return
    clearTimeout(timer)
    saving.abort()
    unsaved = false
    leaving.set(ctx, { key: key(), kind, text: area.value, once: onceOf(form)?.value })
  }

  // Only what left is forgotten; what was typed since stays. A failed send keeps everything.
  function answered({ detail: { ctx } }) {
    const sent = leaving.get(ctx)
    if (sent?.key !== `${form.dataset.draftKey}:${sent?.kind}`) return
    leaving.delete(ctx)
    if (!ctx.response?.raw?.ok) {
      unsaved = true
      return say('draftLocal')
    }
    served[sent.kind] = { text: '', at: now() }
    // Another one may have left meanwhile: should its answer get lost, it is tried again by its own key.
    if (onceOf(form)?.value === sent.once) {
      posted = null
      renewKey(form)
    }
    if (sent.kind === 'reply')
      for (const field of form.querySelectorAll('[data-once]')) field.value = ''
    if (kind === sent.kind && area.value !== sent.text) return
    keepDraft(sent.key, '', 0)
    if (kind === sent.kind) setText(area, '')
    say('')
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
    listen(document, {
      'htmx:config:request': leaves,
      'htmx:after:request': answered,
      'htmx:error': answered
    }),
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

function contentOf(form) {
  const content = [...new FormData(form)].filter(([name]) => !besides.includes(name))
  return JSON.stringify(content)
}

const onceOf = form => form.querySelector('[name=idempotency_key]')

function renewKey(form) {
  const field = onceOf(form)
  if (field) field.value = randomId()
}

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
