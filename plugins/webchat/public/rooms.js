// The page of a widget: keeps the preview at what is typed, offers swatches and copying.
const own = name => `.plugin-webchat__${name}`
const page = document.querySelector(own('page'))
const form = page?.querySelector(own('form'))
const preview = page?.querySelector(own('preview'))

/** Only the newest answer counts. */
let asked = 0

if (preview) void showColors()
if (form) bindForm()
for (const button of page?.querySelectorAll(own('copy')) ?? []) bindCopy(button)
// On a phone the tabs go beyond the edge.
page?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
page?.querySelector('[aria-invalid="true"]')?.focus()

function bindForm() {
  let isChanged = false
  form.addEventListener('input', ({ target }) => {
    isChanged = true
    show(target)
  })
  form.addEventListener('submit', () => (isChanged = false))
  addEventListener('beforeunload', event => {
    if (isChanged) event.preventDefault()
  })
  const swatches = form.querySelector(own('swatches'))
  if (!swatches) return
  swatches.hidden = false
  swatches.addEventListener('click', ({ target }) => {
    if (!target.matches(own('swatch'))) return
    const { brand } = form.elements
    brand.value = target.value.toUpperCase()
    brand.dispatchEvent(new Event('input', { bubbles: true }))
  })
}

/** What one field changes in the preview. */
function show(field) {
  const { name, value } = field
  if (name === 'brand' || name === 'brandDark') return void showColors()
  if (name === 'side') return showSide(value)
  if (name === 'scheme' || name === 'language') return choose(value)
  for (const place of preview.querySelectorAll(own(`v-${name}`))) {
    if (field.type === 'checkbox') place.hidden = !field.checked
    else if (name.startsWith('ask')) place.hidden = value === 'off'
    else place.textContent = value.trim() || field.placeholder
  }
  // Who writes in one language wants to see that one.
  if (/[a-z](?:En|Id)$/.test(name)) choose(name.slice(-2).toLowerCase())
}

function choose(value) {
  const radio = preview.querySelector(`input[type="radio"][value="${CSS.escape(value)}"]`)
  if (radio) radio.checked = true
}

function showSide(side) {
  const stage = preview.querySelector(own('stage'))
  for (const one of ['left', 'right', 'own']) {
    stage.classList.toggle(`plugin-webchat__stage--${one}`, one === side)
  }
}

/** The server says what becomes of a colour: the same rule as for visitors. */
async function showColors() {
  const turn = ++asked
  const valueOf = name =>
    form?.elements[name]?.value ?? preview.querySelector(own(`stored-${name}`)).value
  const query = new URLSearchParams({ brand: valueOf('brand'), dark: valueOf('brandDark') })
  const response = await fetch(`/p/webchat/widget/colors?${query}`).catch(() => null)
  if (!response?.ok || turn !== asked) return
  const { colors, text } = await response.json()
  if (turn !== asked) return
  showContrast(text)
  if (!colors) return
  const { style } = preview
  style.setProperty('--widget-brand', colors.light.brand)
  style.setProperty('--widget-on', colors.light.onBrand)
  style.setProperty('--widget-brand-dark', colors.dark.brand)
  style.setProperty('--widget-on-dark', colors.dark.onBrand)
}

function showContrast(text) {
  const note = form?.querySelector(own('contrast'))
  if (!note) return
  note.textContent = text
  const brand = form.elements.brand.value.trim().toLowerCase()
  for (const swatch of form.querySelectorAll(own('swatch'))) {
    swatch.setAttribute('aria-pressed', swatch.value === brand)
  }
}

function bindCopy(button) {
  button.hidden = false
  button.addEventListener('click', async () => {
    await copy(button.previousElementSibling)
    const label = button.querySelector('[data-label]')
    const before = label.textContent
    if (before === label.dataset.label) return
    label.textContent = label.dataset.label
    setTimeout(() => (label.textContent = before), 1600)
  })
}

async function copy(source) {
  if (navigator.clipboard) return navigator.clipboard.writeText(source.textContent)
  // Plain http has no clipboard API.
  getSelection().selectAllChildren(source)
  document.execCommand('copy')
}
