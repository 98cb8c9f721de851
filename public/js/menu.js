import { behavior } from './registry.js'
import { listen } from './dom.js'

const items = menu => [
  ...menu.querySelectorAll(':is([role^=menuitem], [role=option], .menu__item):not([disabled])')
]

// What a plugin's request answers stands in the menu itself.
const choices =
  '[role=option], [role=menuitemradio], .menu__item:not(.slot :is([hx-get], [hx-post], [hx-put], [hx-delete]))'

// <div popover id="more" class="menu" data-behavior="menu"> opened by popovertarget="more", or one that opens by
// itself (pop-up) and names its button: data-opener="act-12"
behavior('menu', menu => {
  let isGivenUp = false
  return listen(menu, {
    toggle: event => {
      const opener = openerOf(menu)
      opener?.setAttribute('aria-expanded', String(event.newState === 'open'))
      if (event.newState !== 'open') {
        // One that is fetched again would get this place as an attribute, which the policy forbids.
        menu.removeAttribute('style')
        // Opened by a key of the page: the browser knows no place to go back to.
        if (isGivenUp && isLost(document.activeElement, menu)) opener?.focus()
        isGivenUp = false
        return
      }
      if (opener) place(menu, opener)
      ;(menu.querySelector('[aria-checked=true]') ?? items(menu)[0])?.focus()
    },
    keydown: event => {
      isGivenUp = event.key === 'Escape'
      walk(menu, event)
    },
    click: event => event.target.closest(choices) && menu.hidePopover()
  })
})

// What was hidden with the focus in it keeps it until the next picture is drawn.
const isLost = (focused, menu) => focused === document.body || menu.contains(focused)

const openerOf = ({ id, dataset }) =>
  dataset.opener
    ? document.getElementById(dataset.opener)
    : document.querySelector(`[popovertarget="${id}"]`)

function place(menu, opener) {
  if (matchMedia('(max-width: 760px)').matches) return menu.removeAttribute('style')
  const button = opener.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = menu
  const below = innerHeight - button.bottom > height + 8 || button.top < height + 8
  const left = button.left + width > innerWidth - 8 ? button.right - width : button.left
  const top = below ? button.bottom + 4 : button.top - height - 4
  menu.style.setProperty('--menu-left', `${Math.max(8, left)}px`)
  menu.style.setProperty('--menu-top', `${Math.max(8, top)}px`)
}

function walk(menu, event) {
  const all = items(menu)
  const at = all.indexOf(document.activeElement)
  const to = {
    ArrowDown: (at + 1) % all.length,
    ArrowRight: (at + 1) % all.length,
    ArrowUp: (at - 1 + all.length) % all.length,
    ArrowLeft: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1
  }[event.key]
  if (to !== undefined) {
    event.preventDefault()
    return all[to]?.focus()
  }
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return
  if (/[1-9]/.test(event.key) && 'numbered' in menu.dataset) return all[event.key - 1]?.click()
  const letter = event.key.toLowerCase()
  const named = [...all.slice(at + 1), ...all].find(item =>
    item.textContent.trim().toLowerCase().startsWith(letter)
  )
  named?.focus()
}
