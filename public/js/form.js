import { behavior } from './registry.js'
import { listen } from './dom.js'

// <div data-behavior="show-when" data-when-field="auth" data-when-is="google microsoft">
// A field that matters only while another one of its form has one of these values.
behavior('show-when', row => {
  const form = row.closest('form')
  if (!form) return
  const wanted = row.dataset.whenIs.split(' ')
  const settle = () => {
    row.hidden = !wanted.includes(valueOf(form.elements[row.dataset.whenField]))
  }
  settle()
  const stops = [
    listen(form, { change: settle }),
    // A suggestion may have changed the other field.
    listen(document, { 'htmx:after:swap': settle })
  ]
  return () => stops.forEach(stop => stop())
})

function valueOf(field) {
  if (!field) return ''
  return field.type === 'checkbox' ? String(field.checked) : field.value
}

// Around a select of time zones: chooses the one this browser lives in.
behavior('guess-zone', element => {
  const select = element.querySelector('select')
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  if ([...select.options].some(option => option.value === timeZone)) select.value = timeZone
})
