import { behavior } from './registry.js'
import { fromTemplate, listen } from './dom.js'

const shownMs = 6000

behavior('toast', toast => {
  const ms = Number(toast.dataset.timeout ?? shownMs)
  let timer = 0
  const start = () => {
    if (ms > 0) timer = setTimeout(() => toast.remove(), ms)
  }
  const hold = () => clearTimeout(timer)
  start()
  const stop = listen(toast, {
    mouseenter: hold,
    focusin: hold,
    mouseleave: start,
    focusout: start
  })
  return () => {
    hold()
    stop()
  }
})

/** Shows the page's template `toast-<name>`; the same one is not stacked. */
export function showToast(name, detail = '') {
  const shelf = document.getElementById('toasts')
  const toast = fromTemplate(`toast-${name}`) ?? fromTemplate('toast-error')
  if (!shelf || !toast) return
  toast.dataset.name = name
  const output = toast.querySelector('[data-detail]')
  if (output) output.textContent = detail
  shelf.querySelector(`[data-name="${name}"]`)?.remove()
  shelf.append(toast)
}

const byStatus = { 401: 'signed-out', 403: 'forbidden', 404: 'gone', 413: 'too-large', 429: 'slow' }

// 409 and 422 carry a fragment that says more than a toast could.
document.addEventListener('htmx:response:error', event => {
  const raw = event.detail.ctx?.response?.raw
  // What a plugin no longer adds goes away by itself.
  if (raw?.status === 404 && 'quiet' in (event.detail.ctx.sourceElement?.dataset ?? {})) return
  if (!raw || raw.status === 409 || raw.status === 422 || raw.headers.has('HX-Redirect')) return
  showToast(byStatus[raw.status] ?? 'error', raw.headers.get('x-request-id') ?? '')
})

document.addEventListener('htmx:error', event => {
  const { ctx, error } = event.detail
  if (error?.name === 'AbortError' || ctx?.response) return
  showToast('offline')
})

document.addEventListener('sapa:toast', event => showToast(event.detail?.name ?? 'error'))
