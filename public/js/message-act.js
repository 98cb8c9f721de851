import { behavior } from './registry.js'
import { listen } from './dom.js'

const mostPages = 20

// <button data-behavior="quote-message" data-quote="12" data-author="…" data-text="…">: the composer answers it
behavior('quote-message', button =>
  listen(button, {
    click: () => {
      const { quote, author, text } = button.dataset
      const detail = { id: Number(quote), author, text }
      // Once the menu has given the focus back, so that the composer can take it.
      setTimeout(() => document.dispatchEvent(new CustomEvent('sapa:quote', { detail })))
    }
  })
)

// <a href="#message-12" data-behavior="jump">: shows that message, also when it stands in older pages
behavior('jump', link =>
  listen(link, {
    click: async event => {
      event.preventDefault()
      const message = await find(link.getAttribute('href').slice(1), link)
      if (!message) return
      message.scrollIntoView({ block: 'center' })
      message.tabIndex = -1
      message.focus({ preventScroll: true })
      message.classList.add('is-found')
      setTimeout(() => message.classList.remove('is-found'), 1600)
    }
  })
)

async function find(id, link) {
  const log = link.closest('[id^=timeline-]')
  for (let page = 0; page < mostPages; page++) {
    const message = document.getElementById(id)
    const older = log?.querySelector('.timeline__older button')
    if (message || !older) return message
    older.click()
    await gone(older)
  }
  return document.getElementById(id)
}

// The button is replaced by the page that it has fetched.
function gone(button) {
  return new Promise(resolve => {
    const stop = setTimeout(end, 5000)
    const observer = new MutationObserver(() => button.isConnected || end())
    observer.observe(document.body, { childList: true, subtree: true })
    function end() {
      clearTimeout(stop)
      observer.disconnect()
      resolve()
    }
  })
}
