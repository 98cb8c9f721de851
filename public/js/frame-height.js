import { behavior } from './registry.js'
import { listen } from './dom.js'

// The frame runs no script (no allow-scripts) but is same-origin, so it is measured from here.
behavior('frame-height', frame => {
  let width = 0
  const measure = () => {
    const page = frame.contentDocument?.documentElement
    if (!page) return
    // From zero, because a page is never lower than its window.
    frame.style.height = '0px'
    frame.style.height = `${page.scrollHeight}px`
  }
  const start = () => {
    measure()
    // Pictures and folded quotes inside change the height later.
    frame.contentDocument?.addEventListener('load', measure, true)
    frame.contentDocument?.addEventListener('toggle', measure, true)
  }
  const observer = new ResizeObserver(() => {
    if (frame.clientWidth === width) return
    width = frame.clientWidth
    measure()
  })
  observer.observe(frame)
  start()
  const stop = listen(frame, { load: start })
  return () => {
    observer.disconnect()
    stop()
  }
})
