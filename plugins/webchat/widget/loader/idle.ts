/** After the page has loaded and has nothing better to do. */
export function atIdle(work: () => void): void {
  const whenIdle = () =>
    'requestIdleCallback' in window
      ? requestIdleCallback(work, { timeout: 3000 })
      : setTimeout(work, 200)
  if (document.readyState === 'complete') whenIdle()
  else addEventListener('load', whenIdle, { once: true })
}
