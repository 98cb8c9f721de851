/** While the frame fills a phone, it ends above the keyboard, and the page behind it stands still. */
export function fillPhone(box: HTMLElement): () => void {
  const viewport = window.visualViewport
  const root = document.documentElement
  const { overflow } = root.style
  const fit = () => {
    // Who zooms in with two fingers wants to look, not to type.
    if (!viewport || viewport.scale > 1.01) return
    box.style.height = `${viewport.height}px`
    box.style.top = `${viewport.offsetTop}px`
  }
  root.style.overflow = 'hidden'
  viewport?.addEventListener('resize', fit)
  viewport?.addEventListener('scroll', fit)
  fit()
  return () => {
    root.style.overflow = overflow
    viewport?.removeEventListener('resize', fit)
    viewport?.removeEventListener('scroll', fit)
    box.style.height = box.style.top = ''
  }
}

export const isPhone = (): boolean => matchMedia('(max-width:480px)').matches
