// A shop's PC is often minutes off: countdowns follow the server's clock.
const served = Number(document.documentElement.dataset.now)
const offset = served ? served - Date.now() : 0

export const now = () => Date.now() + offset

const ticking = new Set()

/** Calls back at once and then every second while the page is visible; gives it and returns the stop. */
export function everySecond(callback) {
  const tick = () => callback(stop)
  const stop = () => ticking.delete(tick)
  ticking.add(tick)
  tick()
  return stop
}

setInterval(() => {
  if (!document.hidden) ticking.forEach(callback => callback())
}, 1000)

const units = [
  ['Day', 86400],
  ['Hour', 3600],
  ['Minute', 60],
  ['Second', 1]
]

/** 4 minutes as { amount: 4, unit: 'Minute' }, rounded down. */
export function spell(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const [unit, size] = units.find(entry => seconds >= entry[1]) ?? units[3]
  return { amount: Math.floor(seconds / size), unit }
}
