import { behavior } from './registry.js'
import { listen, word } from './dom.js'
import { showToast } from './toast.js'

// <button data-behavior="copy-text" data-text="…"> or data-from="#id"; data-label names its text
behavior('copy-text', button =>
  listen(button, {
    click: async () => {
      await copy(textOf(button))
      if (button.dataset.toast) showToast(button.dataset.toast)
      const label = button.querySelector('[data-label]')
      if (!label || 'before' in label.dataset) return
      label.dataset.before = label.textContent
      label.textContent = word('copied')
      setTimeout(() => {
        label.textContent = label.dataset.before
        delete label.dataset.before
      }, 1600)
    }
  })
)

function textOf({ dataset }) {
  if (dataset.text) return dataset.text
  const source = document.querySelector(dataset.from)
  return source?.value ?? source?.textContent ?? ''
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  // Plain http has no clipboard API.
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
