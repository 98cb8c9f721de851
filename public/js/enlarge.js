import { behavior } from './registry.js'
import { fromTemplate, listen } from './dom.js'

// <a href="/attachments/…" download data-behavior="enlarge" data-caption="nota.jpg"><img></a>: the picture in its
// full size over the page; the link itself keeps it.
behavior('enlarge', link =>
  listen(link, {
    click: event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      const dialog = fromTemplate('enlarged')
      const image = dialog.querySelector('img')
      image.src = link.href
      image.alt = link.querySelector('img').alt
      dialog.querySelector('bdi').textContent = link.dataset.caption
      dialog.querySelector('a').href = link.href
      document.body.append(dialog)
      dialog.showModal()
      dialog.addEventListener('close', () => dialog.remove())
    }
  })
)
