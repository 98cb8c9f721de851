import { behavior } from './registry.js'
import { listen } from './dom.js'

behavior('auto-grow', area => {
  if (CSS.supports('field-sizing', 'content')) return
  const grow = () => {
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }
  grow()
  return listen(area, { input: grow, 'sapa:filled': grow })
})
