import { behavior } from './registry.js'
import { listen, word } from './dom.js'

// On a composer's <input type="file" data-max-bytes data-limit="30 MB">: pasted and dropped files go the
// same way as picked ones, and the form waits until they are there.
behavior('attach', input => {
  const { form } = input
  const say = text => (form.querySelector('[data-saved]').textContent = text)
  let underWay = 0

  function take(files) {
    if (files.length === 0) return false
    const box = new DataTransfer()
    for (const file of files) if (fits(file)) box.items.add(file)
    input.files = box.files
    const refused = [...files].find(file => !fits(file))
    if (refused) showCall(form, tooLarge(refused))
    if (box.files.length > 0) input.dispatchEvent(new Event('change', { bubbles: true }))
    return true
  }
  const fits = file => file.size <= Number(input.dataset.maxBytes)
  const tooLarge = file => word('tooLarge', { name: file.name, limit: input.dataset.limit })

  // Before htmx hears of it: what is too large never leaves.
  function picked(event) {
    if (event.target !== input || [...input.files].every(fits)) return
    event.stopImmediatePropagation()
    take([...input.files])
  }
  const pasted = event => {
    if (take([...event.clipboardData.files])) event.preventDefault()
  }
  const dragged = event => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    form.dataset.dropping = ''
  }
  const dropped = event => {
    delete form.dataset.dropping
    if (take([...(event.dataTransfer?.files ?? [])])) event.preventDefault()
  }
  const left = event => form.contains(event.relatedTarget) || delete form.dataset.dropping
  const submitted = event => {
    if (underWay === 0) return
    event.preventDefault()
    event.stopImmediatePropagation()
    say(word('uploading'))
  }
  const began = ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== input) return
    underWay += 1
    form.dataset.uploading = ''
    say(word('uploading'))
  }
  const ended = ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== input) return
    underWay -= 1
    if (underWay > 0) return
    delete form.dataset.uploading
    input.value = ''
    say('')
  }

  const stops = [
    listen(form, { change: picked, submit: submitted }, true),
    listen(form, { paste: pasted, dragover: dragged, drop: dropped, dragleave: left }),
    listen(document, {
      // Those that wait for the one before them count too; the last is there once it stands in the form.
      'htmx:config:request': began,
      'htmx:finally:request': ended
    })
  ]
  return () => stops.forEach(stop => stop())
})

function showCall(form, text) {
  const place = form.querySelector('[data-call]')
  const call = document.createElement('div')
  call.className = 'callout callout--danger composer__call'
  call.textContent = text
  place.replaceChildren(call)
}
