import { behavior } from './registry.js'
import { listen } from './dom.js'

// Beside a password: shows or hides what is typed.
behavior('reveal', button =>
  listen(button, {
    click: () => {
      const input = document.getElementById(button.getAttribute('aria-controls'))
      const isShown = input.type === 'text'
      input.type = isShown ? 'password' : 'text'
      button.setAttribute('aria-pressed', String(!isShown))
    }
  })
)

// The customer's pane: a third column on wide screens, over the conversation on narrower ones.
behavior('toggle-pane', button =>
  listen(button, {
    click: () => {
      const pane = document.getElementById(button.getAttribute('aria-controls'))
      const isOpen = pane.getClientRects().length > 0
      pane.dataset.open = String(!isOpen)
      button.setAttribute('aria-expanded', String(!isOpen))
    }
  })
)

// <form data-behavior="auto-submit">: sort orders and filters answer without a button.
behavior('auto-submit', form => listen(form, { change: () => form.requestSubmit() }))
