import { behavior } from './registry.js'
import { fromTemplate, listen } from './dom.js'

// <button data-behavior="dialog" data-dialog="snooze">
behavior('dialog', button =>
  listen(button, {
    click: event => {
      event.preventDefault()
      document.getElementById(button.dataset.dialog)?.showModal()
    }
  })
)

// On a <dialog> that arrives as a fragment: opens at once and goes when it is closed.
behavior('open-dialog', dialog => {
  dialog.showModal()
  return listen(dialog, { close: () => dialog.remove() })
})

document.addEventListener('click', event => {
  const { target } = event
  if (target.closest?.('[data-close-dialog]')) return target.closest('dialog')?.close()
  if (target.nodeName === 'DIALOG' && target.open && isOutside(target, event)) target.close()
})

// A server's `HX-Trigger: sapa:close-dialog` closes what its form sits in.
document.addEventListener('sapa:close-dialog', () => {
  document.querySelectorAll('dialog[open]').forEach(dialog => dialog.close())
})

function isOutside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect()
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom
}

behavior('confirm', element => {
  let isSure = false
  const type = element.nodeName === 'FORM' ? 'submit' : 'click'
  return listen(
    element,
    {
      [type]: async event => {
        if (isSure) return
        event.preventDefault()
        event.stopImmediatePropagation()
        if (!(await ask(element.dataset))) return
        isSure = true
        if (type === 'submit') element.requestSubmit(event.submitter)
        else element.click()
        isSure = false
      }
    },
    true
  )
})

function ask({ confirm, confirmVerb }) {
  const dialog = fromTemplate('confirm-dialog')
  dialog.querySelector('[data-text]').textContent = confirm
  if (confirmVerb) dialog.querySelector('[value=yes]').textContent = confirmVerb
  document.body.append(dialog)
  dialog.showModal()
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}
