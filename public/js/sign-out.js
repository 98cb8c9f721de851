import { forgetDrafts } from './draft.js'
import { listen } from './dom.js'
import { behavior } from './registry.js'

// <form data-behavior="sign-out" data-agent="7">: leaves nothing on a shared computer.
behavior('sign-out', form => listen(form, { submit: () => forgetDrafts(form.dataset.agent) }))
